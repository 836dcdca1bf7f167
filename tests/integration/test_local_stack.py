import os
import socket
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from compose.local.settings import ROOT, LocalSettings
from compose.local.stack import Stack
from tests.integration.conftest import make_settings


def _command(settings: LocalSettings, name: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {f"HAOSHUO_{field.upper()}": str(value) for field, value in settings}
    return subprocess.run(
        [sys.executable, "-m", "compose.local", name],
        env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> LocalSettings:
    return make_settings(tmp_path_factory, env="dev")


def test_the_demo_speaks_and_cleans_up(settings: LocalSettings, tmp_path: Path) -> None:
    """`make demo` starts everything, writes demo.wav, tells each step with its time, and leaves nothing running."""
    done = _command(settings, "demo", cwd=tmp_path)
    assert 0 == done.returncode, done.stdout + done.stderr
    for part in (
        "api",
        "nginx",
        "/login",
        "/v1/tts/stream",
        "first sound",
        "real-time factor",
        str(tmp_path / "demo.wav"),
    ):
        assert part in done.stdout
    with wave.open(str(tmp_path / "demo.wav")) as wav:
        assert 8 < wav.getnframes() / wav.getframerate() < 30
    assert not Stack(settings).running()


def test_up_is_idempotent_and_down_is_final(settings: LocalSettings) -> None:
    """`make run` twice is one stack; status tells what runs; run.env leads to it; `make stop` ends it."""
    try:
        first, second, status = (_command(settings, name) for name in ("up", "up", "status"))
        assert (0, 0, 0) == (first.returncode, second.returncode, status.returncode), first.stdout + first.stderr
        assert "development mode" in first.stdout
        assert (
            f"curl --cacert {settings.state_dir}/tls/ca.pem https://localhost:{settings.edge_port}/tts" in first.stdout
        )
        assert "already running" in second.stdout
        assert 6 == status.stdout.count("RUNNING")
        assert (
            f"HAOSHUO_URL=https://localhost:{settings.edge_port}\nHAOSHUO_CA={settings.state_dir}/tls/ca.pem\n"
            == (settings.state_dir / "run.env").read_text()
        )
    finally:
        stopped = _command(settings, "down")
    assert "stopped" in stopped.stdout
    assert 1 == _command(settings, "status").returncode


def test_a_port_in_use_is_told(stack: Stack, settings: LocalSettings) -> None:
    """Starting on a port that something else holds is one clear line, and starts nothing."""
    taken = settings.model_copy(update={"edge_port": stack.settings.edge_port})
    refused = _command(taken, "up")
    assert 1 == refused.returncode
    assert f"端口 {taken.edge_port} 已被占用" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr
    assert not Stack(taken).running()


def test_a_service_that_cannot_start_shows_its_reason(settings: LocalSettings) -> None:
    """Production mode without WeChat's secrets: the stack says which variables are missing, and stops waiting."""
    try:
        refused = _command(settings.model_copy(update={"env": "prod"}), "up")
    finally:
        _command(settings, "down")
    assert 1 == refused.returncode
    assert "HAOSHUO_WECHAT_APPID, HAOSHUO_WECHAT_SECRET" in refused.stdout


def test_a_bad_setting_is_one_line(settings: LocalSettings) -> None:
    """A knob that makes no sense is named."""
    refused = _command(settings.model_copy(update={"api_processes": 0}), "up")
    assert 1 == refused.returncode
    assert "HAOSHUO_API_PROCESSES" in refused.stdout
    assert 1 == len(refused.stdout.splitlines())


def test_everything_listens_on_one_loopback_address_only(stack: Stack) -> None:
    """No service can be reached by another address of the machine: 127.0.0.2 would answer if all addresses did."""
    for port in stack.settings.listening():
        socket.create_connection(("127.0.0.1", port)).close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port))
