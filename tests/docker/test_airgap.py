"""To a machine with no registry and no network, by a file; and over a reboot there."""

import re
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from compose.local.settings import ROOT
from tests.docker.conftest import Compose
from tests.fakes.wechat import SECRET
from tests.support.ports import free_ports

UNIT = ROOT / "deploy/systemd/haoshuo-compose.service"
START_S = 30.0


class Machine:
    """A second Docker engine that holds nothing, in a network namespace with nothing but its own loopback."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.socket = folder / "docker.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def boot(self) -> None:
        options = f"--host unix://{self.socket} --pidfile {self._folder}/pid"
        options += f" --data-root {self._folder}/data --exec-root {self._folder}/exec"
        script = f"ip link set lo up && exec dockerd {options}"
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(["unshare", "--net", "sh", "-c", script], stdout=log, stderr=log)  # noqa: S607
        deadline = time.monotonic() + START_S
        while self._docker("info").returncode:
            assert time.monotonic() < deadline, (self._folder / "log").read_text()[-2000:]
            time.sleep(0.2)

    def halt(self) -> None:
        """As a machine that goes down: the engine stops what still runs."""
        if self._process:
            self._process.terminate()
            self._process.wait(60)

    def get(self, url: str) -> str:
        """The answer to a request from within."""
        assert self._process
        enter = ["nsenter", f"--net=/proc/{self._process.pid}/ns/net"]
        command = [*enter, "curl", "--silent", "--insecure", "--fail", "--max-time", "5", url]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def images(self) -> list[str]:
        return self._docker("images", "--quiet").stdout.split()

    def _docker(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["docker", "--host", f"unix://{self.socket}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def machine() -> Iterator[Machine]:
    folder = Path(tempfile.mkdtemp(prefix="haoshuo-", dir="/var/tmp"))
    machine = Machine(folder)
    machine.boot()
    yield machine
    machine.halt()
    shutil.rmtree(folder)


def _unit(name: str) -> list[str]:
    """The arguments of `make` in a line of the systemd unit."""
    (line,) = re.findall(rf"^{name}=/usr/bin/make (.*)$", UNIT.read_text(), re.MULTILINE)
    return str(line).split()


def _starts(stack: Compose) -> None:
    started = stack.make(*_unit("ExecStart"))
    assert 0 == started.returncode, started.stdout + started.stderr


@pytest.mark.timeout(400)
def test_a_machine_without_a_network(stack: Compose, tmp_path: Path, machine: Machine) -> None:
    """From the bundle alone an empty engine gets every image, makes its secrets and speaks with the default voice.

    After a reboot, too, which is what the systemd unit does before and after one. A damaged bundle is refused.
    """
    file = tmp_path / "images.tar.gz"
    saved = stack.make("bundle", f"FILE={file}")
    assert 0 == saved.returncode, saved.stderr
    with tarfile.open(file) as archive:
        assert "manifest.json" in archive.getnames()

    secrets, env_file = tmp_path / "secrets", tmp_path / ".env"
    other = replace(stack, port=free_ports(1), secrets=secrets, env_file=env_file)
    there = {
        "DOCKER_HOST": f"unix://{machine.socket}",
        "HAOSHUO_DOCKER_GID": machine.socket.stat().st_gid,
        "HAOSHUO_DOCKER_SOCKET": machine.socket,
        "HAOSHUO_EDGE_PUBLISH": f"127.0.0.1:{other.port}",
        "HAOSHUO_ENGINE": "kokoro",
        "HAOSHUO_SECRETS": secrets,
        "HAOSHUO_TLS_DIR": secrets / "tls",
    }
    changed = "".join(f"{name}={value}\n" for name, value in there.items())
    env_file.write_text(stack.env_file.read_text() + changed)
    assert [] == machine.images()
    loaded = other.make("load", f"FILE={file}")
    assert 0 == loaded.returncode, loaded.stderr
    made = other.make("secrets", "BUILD=0")
    assert 0 == made.returncode, made.stderr
    (secrets / "haoshuo_wechat_secret").write_text(SECRET)
    url = f"https://127.0.0.1:{other.port}/healthz"
    try:
        _starts(other)
        assert '"status":"ok"' in machine.get(url).replace(" ", "")
        stopped = other.make(*_unit("ExecStop"))
        assert 0 == stopped.returncode, stopped.stderr
        machine.halt()
        machine.boot()
        _starts(other)
        assert '"status":"ok"' in machine.get(url).replace(" ", "")
    finally:
        other.compose("down", "--volumes", "--timeout", "2")

    with file.open("r+b") as damaged:
        damaged.write(b"damaged")
    assert 0 != other.make("load", f"FILE={file}").returncode
