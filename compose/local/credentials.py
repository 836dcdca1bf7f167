"""Secrets and certificates of a development stack: created once, never overwritten while they are good."""

import datetime as dt
import secrets
import ssl
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


def create_certificate(folder: Path) -> None:
    """A CA of our own and a certificate it signed: `ca.pem`, `ca.key`, `server.pem` (full chain), `server.key`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = dt.datetime.now(dt.UTC)
    certificate = folder / "server.pem"
    if certificate.exists() and _expires(certificate) - now > RENEW_BEFORE:
        return
    ca = _authority(folder)
    issued = ca.issue_cert(*NAMES, not_after=now + LIFETIME)
    (folder / "server.key").unlink(missing_ok=True)
    _write_private(folder / "server.key", issued.private_key_pem.bytes())
    certificate.write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))


def client_context(ca: Path) -> ssl.SSLContext:
    """Trust this CA and nothing else."""
    return ssl.create_default_context(cafile=str(ca))


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
