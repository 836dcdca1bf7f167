"""A Redis of its own, with the stack's configuration."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis
from redis.exceptions import ConnectionError as NotThereError

from benchmarks.load.service import free_ports
from compose.local.settings import ROOT
from compose.local.stack import executable_path
from compose.local.templates import render

TEMPLATE = ROOT / "compose/local/redis.conf.template"
READY_S = 10.0


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """Its URL; empty, and stopped at the end."""
    port = free_ports(1)
    with TemporaryDirectory(prefix="redis") as name:
        folder = Path(name)
        (folder / "redis").mkdir()
        values = {"HAOSHUO_REDIS_PORT": port, "HAOSHUO_STATE_DIR": folder}
        (folder / "redis.conf").write_text(render(TEMPLATE.read_text(), values))
        command = ["redis-server", str(folder / "redis.conf")]
        server = subprocess.Popen(command, env={"PATH": executable_path()}, stdout=subprocess.DEVNULL)
        try:
            _wait_ready(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait()


def _wait_ready(port: int) -> None:
    deadline = time.monotonic() + READY_S
    with Redis(port=port) as client:
        while True:
            try:
                client.ping()
            except NotThereError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return
