"""Secrets and certificates as files: made, given, looked at."""

import datetime as dt
import io
import os
import stat
from pathlib import Path

import pytest

from compose import credentials, tools
from compose.server.findings import Level


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As `make secrets` leaves it, with an AppSecret."""
    monkeypatch.setattr(tools, "UID", os.getuid())
    list(tools.create(tmp_path, os.getuid(), ()))
    (tmp_path / "haoshuo_wechat_secret").write_text("secret")
    return tmp_path


def wrong(folder: Path, *, production: bool = True) -> list[str]:
    found = tools.check(folder, folder / "tls", production=production)
    return [finding.text for finding in found if finding.level is Level.BAD]


def test_what_is_made_is_good(folder: Path) -> None:
    """A self-signed certificate is a warning."""
    assert [] == wrong(folder)
    notes = [one for one in tools.check(folder, folder / "tls", production=True) if one.level is Level.NOTE]
    assert ["证书是自签名的"] == [note.text[:7] for note in notes]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("haoshuo_jwt_keys", None, "缺少密钥"),
        ("haoshuo_wechat_secret", "", "密钥为空"),
        ("tls/server.pem", None, "缺少证书"),
        ("tls/server.pem", "no PEM", "不是证书"),
        ("triton-tls/client.pem", None, "缺少证书"),
    ],
)
def test_what_is_missing_is_named(folder: Path, name: str, content: str | None, complaint: str) -> None:
    """One line says which file is missing, empty or no certificate."""
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content)
    (text,) = wrong(folder)
    assert complaint in text
    assert name.rpartition("/")[2] in text


def test_a_readable_secret_is_told(folder: Path) -> None:
    """A secret that any user of the server can read is an error with its remedy."""
    (folder / "haoshuo_jwt_keys").chmod(0o644)
    assert ["chmod 600 haoshuo_jwt_keys"] == [text[-26:] for text in wrong(folder)]


def test_an_appsecret_is_for_production(folder: Path) -> None:
    """Development does without."""
    (folder / "haoshuo_wechat_secret").write_text("")
    assert 1 == len(wrong(folder))
    assert [] == wrong(folder, production=False)


@pytest.mark.parametrize(("days", "level"), [(-1, Level.BAD), (20, Level.NOTE), (30, Level.GOOD)])
def test_an_expiry_is_seen_coming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, level: Level) -> None:
    """Of the edge's certificate, and of those with which Triton and the api know each other."""
    monkeypatch.setattr(credentials, "LIFETIME", dt.timedelta(days=days, hours=1))
    list(tools.create(tmp_path, os.getuid(), ()))
    found = [one for one in tools.check(tmp_path, tmp_path / "tls", production=False) if ".pem" in one.text]
    assert [level] * 3 == [one.level for one in found]


def test_a_secret_is_given_in_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file stays the same one, private, and the secret is not shown."""
    path = folder / "haoshuo_wechat_secret"
    inode = path.stat().st_ino
    monkeypatch.setattr("sys.stdin", io.StringIO("hidden\n"))
    tools.main(["--folder", str(folder), "--uid", str(os.getuid()), "set", path.name])
    assert ("hidden", inode, 0o600) == (path.read_text(), path.stat().st_ino, path.stat().st_mode & 0o777)
    assert "hidden" not in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    with pytest.raises(SystemExit):
        tools.main(["--folder", str(folder), "--uid", str(os.getuid()), "set", path.name])
    assert "hidden" == path.read_text()


def test_make_secrets_creates_once_and_shows_no_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every file is told as created, then as kept, and the empty AppSecret is pointed out; no content is printed."""
    command = ["--folder", str(tmp_path), "--uid", str(os.getuid()), "create"]
    tools.main(command)
    first = capsys.readouterr().out
    content = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    tools.main(command)
    second = capsys.readouterr().out
    assert (12, 0) == (first.count("created"), first.count("kept"))
    assert (0, 12) == (second.count("created"), second.count("kept"))
    assert "AppSecret" in second
    assert "自签名证书仅供测试" in second
    assert {0o700} == {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "tls", tmp_path / "triton-tls")}
    keys = [*tmp_path.rglob("*.key"), *tmp_path.glob("haoshuo_*")]
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in keys}
    assert content == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert not [secret for secret in content.values() if len(secret) > 0 and secret.decode() in first]
