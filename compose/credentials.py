"""Secrets and certificates: created once, never overwritten while they are good.

`python -m compose.credentials FOLDER` writes those of the compose stack (`make secrets`).
"""

import argparse
import datetime as dt
import os
import secrets
import ssl
from collections.abc import Iterable, Iterator
from pathlib import Path

import trustme
from cryptography import x509

NAMES = ("localhost", "127.0.0.1", "::1")
LIFETIME = dt.timedelta(days=397)  # the longest that browsers and mobile systems accept
RENEW_BEFORE = dt.timedelta(days=30)


def create_secrets(folder: Path) -> None:
    """One file per secret setting of the API, named as pydantic's `secrets_dir` reads them."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("haoshuo_jwt_keys", "haoshuo_user_hash_key"):
        _write_private(folder / name, secrets.token_urlsafe(48).encode())


def create_certificate(folder: Path, names: Iterable[str] = NAMES, who: str = "server") -> None:
    """A CA of our own and a certificate it signed: `ca.pem`, `ca.key`, `server.pem` (full chain), `server.key`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = dt.datetime.now(dt.UTC)
    certificate, key = folder / f"{who}.pem", folder / f"{who}.key"
    if certificate.exists() and (not _is_ours(folder) or _expires(certificate) - now > RENEW_BEFORE):
        return
    issued = _authority(folder).issue_cert(*names, not_after=now + LIFETIME)
    key.unlink(missing_ok=True)
    _write_private(key, issued.private_key_pem.bytes())
    certificate.write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))


def create_mutual_certificates(folder: Path, names: Iterable[str] = ()) -> None:
    """A CA that only Triton and the api trust; `server.*` is for Triton, by all its names, `client.*` for the api."""
    create_certificate(folder, (*NAMES, "triton", *names))
    create_certificate(folder, ["api"], "client")


def client_context(ca: Path) -> ssl.SSLContext:
    """Trust this CA and nothing else."""
    return ssl.create_default_context(cafile=str(ca))


def create_all(folder: Path, triton_names: Iterable[str] = ()) -> Iterator[Path]:
    """Everything that the compose stack mounts, and empty files for what only its owner knows.

    Gives the files that its services read: all but the CA's key.
    """
    create_secrets(folder)
    for name in ("haoshuo_wechat_secret", "haoshuo_healthcheck_webhook"):
        (folder / name).touch(mode=0o600)
    create_certificate(folder / "tls")
    create_mutual_certificates(folder / "triton-tls", triton_names)
    yield folder
    for path in sorted(folder.rglob("*")):
        if path.name != "ca.key":
            yield path


def _is_ours(folder: Path) -> bool:
    """Whether the certificate in the folder was made here, and not put there by its owner."""
    return (folder / "ca.key").exists()


def _authority(folder: Path) -> trustme.CA:
    certificate, key = folder / "ca.pem", folder / "ca.key"
    if certificate.exists() and key.exists():
        return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
    ca = trustme.CA(organization_name="Haoshuo development")
    key.unlink(missing_ok=True)
    _write_private(key, ca.private_key_pem.bytes())
    certificate.write_bytes(ca.cert_pem.bytes())
    return ca


def _expires(certificate: Path) -> dt.datetime:
    return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc


def _write_private(path: Path, content: bytes) -> None:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(content)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m compose.credentials", description=create_all.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--uid", type=int, help="who reads the files: the user of the services' containers")
    parser.add_argument(
        "--triton-names",
        default=os.environ.get("HAOSHUO_TRITON_NAMES", ""),
        help="host names and addresses of the servers on which Triton runs, comma-separated",
    )
    arguments = parser.parse_args()
    names = filter(None, map(str.strip, arguments.triton_names.split(",")))
    kept = set(arguments.folder.rglob("*"))
    for path in create_all(arguments.folder, names):
        if arguments.uid is not None:
            os.chown(path, arguments.uid, arguments.uid)
        if path.is_file():
            print(f"  · {path}: {'保留 kept' if path in kept else '已创建 created'}")  # noqa: T201
    if not (arguments.folder / "haoshuo_wechat_secret").stat().st_size:
        print("  ⚠ 请把小程序的 AppSecret 写入 write the AppSecret into: haoshuo_wechat_secret")  # noqa: T201
    if (arguments.folder / "tls" / "ca.key").exists():
        print("  ⚠ 自签名证书仅供测试，小程序不会接受 tls/ is self-signed: for tests only, no mini-program accepts it")  # noqa: T201


if __name__ == "__main__":
    main()
