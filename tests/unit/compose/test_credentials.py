import datetime as dt
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

from compose import credentials


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


def test_an_owners_certificate_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that was not made here is left alone, even when it expires."""
    monkeypatch.setattr(credentials, "LIFETIME", dt.timedelta(days=1))
    credentials.create_certificate(tmp_path)
    monkeypatch.undo()
    (tmp_path / "ca.key").unlink()
    before = (tmp_path / "server.pem").read_bytes()
    credentials.create_certificate(tmp_path)
    assert before == (tmp_path / "server.pem").read_bytes()


def test_mutual_certificates_name_both_sides(tmp_path: Path) -> None:
    """Triton's certificate is good for every name it is reached by, the api's for none of them; one CA signed both."""
    credentials.create_mutual_certificates(tmp_path, ["tts1.lan", "10.0.0.5"])
    names = {
        who: x509.load_pem_x509_certificate((tmp_path / f"{who}.pem").read_bytes())
        .extensions.get_extension_for_class(x509.SubjectAlternativeName)
        .value
        for who in ("server", "client")
    }
    assert {"localhost", "triton", "tts1.lan"} == set(names["server"].get_values_for_type(x509.DNSName))
    addresses = map(str, names["server"].get_values_for_type(x509.IPAddress))
    assert {"127.0.0.1", "::1", "10.0.0.5"} == set(addresses)
    assert ["api"] == names["client"].get_values_for_type(x509.DNSName)
    context = credentials.client_context(tmp_path / "ca.pem")
    context.load_cert_chain(tmp_path / "client.pem", tmp_path / "client.key")


def test_a_lost_client_certificate_is_made_again_by_the_same_ca(tmp_path: Path) -> None:
    """Triton need not be told: it trusts the CA."""
    credentials.create_mutual_certificates(tmp_path)
    kept = {name: (tmp_path / name).read_bytes() for name in ("ca.pem", "server.pem", "server.key")}
    (tmp_path / "client.pem").unlink()
    credentials.create_mutual_certificates(tmp_path)
    assert kept == {name: (tmp_path / name).read_bytes() for name in kept}
    assert (tmp_path / "client.pem").exists()
