import socket
import subprocess
from pathlib import Path

import pytest

from compose import credentials
from compose.local.settings import ROOT


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    credentials.create_secrets(tmp_path)
    credentials.create_certificate(tmp_path / "tls")
    (tmp_path / "haoshuo_wechat_secret").write_text("secret")
    (tmp_path / "haoshuo_wechat_secret").chmod(0o600)
    return tmp_path


def _doctor(secrets: Path, **changes: str) -> tuple[int, list[str]]:
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HAOSHUO_SECRETS": str(secrets),
        "HAOSHUO_TLS_DIR": str(secrets / "tls"),
        "HAOSHUO_WECHAT_APPID": "wx1",
        "HAOSHUO_WECHAT_URL": "http://localhost:1",
        "HAOSHUO_EDGE_PUBLISH": "127.0.0.1:1",
    }
    done = subprocess.run(
        ["bash", str(ROOT / "compose/doctor.sh")],  # noqa: S607
        env=environment | changes,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not done.stderr
    return done.returncode, done.stdout.splitlines()


def _bad(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("✗") and "Docker" not in line and "Compose" not in line]


def test_a_sound_server_passes(secrets: Path) -> None:
    """Nothing is wrong with complete secrets and a good certificate; a self-signed one is a warning."""
    _, lines = _doctor(secrets)
    assert [] == _bad(lines)
    assert [line for line in lines if line.startswith("⚠") and "自签名" in line]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("haoshuo_jwt_keys", None, "密钥为空或缺失"),
        ("haoshuo_wechat_secret", "", "密钥为空或缺失"),
        ("tls/server.pem", None, "缺少证书"),
    ],
)
def test_what_is_missing_is_named(secrets: Path, name: str, content: str | None, complaint: str) -> None:
    """One line says which file is missing or empty, and the doctor fails."""
    (secrets / name).unlink()
    if content is not None:
        (secrets / name).write_text(content)
    status, lines = _doctor(secrets)
    assert 1 == status
    (line,) = _bad(lines)
    assert complaint in line
    assert name.rpartition("/")[2] in line


def test_a_readable_secret_is_told(secrets: Path) -> None:
    """A secret that any user of the server can read is an error with its remedy."""
    (secrets / "haoshuo_jwt_keys").chmod(0o644)
    (line,) = _bad(_doctor(secrets)[1])
    assert f"chmod 600 {secrets}/haoshuo_jwt_keys" in line


def test_a_port_in_use_is_told(secrets: Path) -> None:
    """A port that another program holds is named."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (line,) = _bad(_doctor(secrets, HAOSHUO_EDGE_PUBLISH=f"0.0.0.0:{port}")[1])
    assert f"端口 {port} 已被占用" in line


def test_wechat_out_of_reach_is_told(secrets: Path) -> None:
    """A name that does not resolve, and a missing AppID, are told before the first user meets them."""
    _, lines = _doctor(secrets, HAOSHUO_WECHAT_URL="https://no-such-host.invalid/", HAOSHUO_WECHAT_APPID="")
    complaints = _bad(lines)
    assert "no-such-host.invalid" in complaints[0]
    assert "HAOSHUO_WECHAT_APPID" in complaints[1]


def test_a_model_without_files_or_voice_is_told(secrets: Path, tmp_path: Path) -> None:
    """Before minutes of loading: the checkpoint is there, and so is the voice that is to speak."""
    folder = tmp_path / "model"
    (folder / "voices").mkdir(parents=True)
    settings = {"HAOSHUO_CHECKPOINT_DIR": str(folder), "HAOSHUO_VOICE": "xiaoya"}
    code, lines = _doctor(secrets, **settings)
    assert code
    assert ["✗ 没有模型"] == [line[:6] for line in _bad(lines)]
    (folder / "gpt.pth").write_text("weights")
    assert ["✗ 没有音色"] == [line[:6] for line in _bad(_doctor(secrets, **settings)[1])]
    (folder / "voices/xiaoya.wav").write_text("voice")
    _, lines = _doctor(secrets, **settings)
    assert [] == _bad(lines)
    assert [line for line in lines if line.startswith("✓ IndexTTS2")]
