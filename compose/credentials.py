"""Secrets and certificates: created once, never overwritten while they are good."""

import datetime as dt
import secrets
import ssl
from collections.abc import Iterable, Iterator
from pathlib import Path

import trustme
from cryptography import x509

KEYS = ("haoshuo_jwt_keys", "haoshuo_user_hash_key")
GIVEN = ("haoshuo_wechat_secret", "haoshuo_healthcheck_webhook")
"""What only its owner knows."""

NAMES = ("localhost", "127.0.0.1", "::1")
LIFETIME = dt.timedelta(days=397)  # the longest that browsers and mobile systems accept
RENEW_BEFORE = dt.timedelta(days=30)


def create_secrets(folder: Path) -> None:
    """One file per secret setting of the API, named as pydantic's `secrets_dir` reads them."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in KEYS:
        _write_private(folder / name, secrets.token_urlsafe(48).encode())


def create_certificate(folder: Path, names: Iterable[str] = NAMES, who: str = "server") -> None:
    """A CA of our own and a certificate it signed: `ca.pem`, `ca.key`, `server.pem` (full chain), `server.key`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = dt.datetime.now(dt.UTC)
    certificate, key = folder / f"{who}.pem", folder / f"{who}.key"
    if certificate.exists() and (not _is_ours(folder) or expires(certificate) - now > RENEW_BEFORE):
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
    for name in GIVEN:
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


def expires(certificate: Path) -> dt.datetime:
    return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc


def _write_private(path: Path, content: bytes) -> None:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(content)
