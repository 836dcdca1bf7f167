import datetime as dt
import ssl
import stat
from pathlib import Path

import pytest

from compose.local import credentials


def test_secrets_are_strong_private_and_kept(tmp_path: Path) -> None:
    """Each secret has at least 256 bits, is readable by its owner only, and survives a second start."""
    credentials.create_secrets(tmp_path)
    first = {path.name: path.read_text() for path in tmp_path.iterdir()}
    credentials.create_secrets(tmp_path)
    assert {"haoshuo_jwt_keys", "haoshuo_user_hash_key"} == set(first)
    assert all(len(secret) >= 43 for secret in first.values())  # 32 bytes in base64
    assert len(set(first.values())) == len(first)
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert first == {path.name: path.read_text() for path in tmp_path.iterdir()}


def test_a_good_certificate_is_kept(tmp_path: Path) -> None:
    """A second start changes neither the CA nor the certificate, and the keys are private."""
    credentials.create_certificate(tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    credentials.create_certificate(tmp_path)
    assert first == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {0o600} == {stat.S_IMODE((tmp_path / key).stat().st_mode) for key in ("ca.key", "server.key")}


def test_an_expiring_certificate_is_renewed_by_the_same_ca(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever trusts our CA still trusts the edge after a renewal."""
    monkeypatch.setattr(credentials, "LIFETIME", dt.timedelta(days=29))
    credentials.create_certificate(tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.undo()
    credentials.create_certificate(tmp_path)
    assert first["ca.pem"] == (tmp_path / "ca.pem").read_bytes()
    assert first["server.pem"] != (tmp_path / "server.pem").read_bytes()
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
        tmp_path / "server.pem", tmp_path / "server.key"
    )
