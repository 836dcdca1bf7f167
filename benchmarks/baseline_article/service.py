"""The article's three processes, started together on free ports and stopped together."""

import contextlib
import json
import os
import secrets
import signal
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.baseline_article.forms import Form
from benchmarks.baseline_article.installation import Installation, installed
from benchmarks.load.processes import snapshot, tree
from benchmarks.load.service import free_ports
from benchmarks.load.users import Users
from compose.local.settings import ROOT, LocalSettings
from compose.local.stack import executable_path

READY_S = 60.0
STOP_S = 5.0


class NotReadyError(Exception):
    """The services do not speak; the message has the end of their logs."""


@dataclass(frozen=True)
class Article:
    url: str
    pids: Mapping[str, int]

    def users(self) -> Users:
        return Users(self.url, ssl.create_default_context())

    def cpu_s(self) -> dict[str, float]:
        """CPU seconds so far of each service, with what it has started, and of ourselves."""
        processes = snapshot()
        spent = {name: sum(processes[one].cpu_s for one in tree(processes, pid)) for name, pid in self.pids.items()}
        return spent | {"generator": sum(os.times()[:2])}

    def edge_seconds(self) -> dict[str, float]:
        """Nothing logs them."""
        return {}


@contextlib.contextmanager
def running(form: Form) -> Iterator[Article]:
    """Ready to speak; stopped at the end, whatever happens."""
    found, first = installed(), free_ports(3)
    redis, engine, proxy = first, first + 1, first + 2
    commands = {
        "redis": ["redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--save", ""],
        "engine": form.engine(found.python, engine),
        "proxy": form.proxy(found.python, proxy),
    }
    environment = _environment(form, found, f"redis://127.0.0.1:{redis}/0", f"http://127.0.0.1:{engine}/tts")
    with TemporaryDirectory(prefix="article") as folder, ExitStack() as started:
        logs = Path(folder)
        pids = {
            name: started.enter_context(_process(command, environment, logs / f"{name}.log"))
            for name, command in commands.items()
        }
        article = Article(f"http://127.0.0.1:{proxy}", pids)
        _wait_ready(article, logs)
        yield article


def _environment(form: Form, found: Installation, redis_url: str, engine_url: str) -> dict[str, str]:
    return {
        "PATH": executable_path(),
        "REDIS_URL": redis_url,
        "ENGINE_URL": engine_url,
        "SECRET_KEY": secrets.token_hex(32),
        "VOICE": str(LocalSettings(_env_file=None).voices_dir / "baker"),
    } | ({} if form.our_vocoder else {"MELGAN": str(found.melgan)})


@contextlib.contextmanager
def _process(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """The pid of what leads a process group of its own."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=out, stderr=out, process_group=0)
    try:
        yield process.pid
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """A master that is told to end ends its workers; one that waits for their last calls is not waited for."""
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_ready(article: Article, logs: Path) -> None:
    deadline = time.monotonic() + READY_S
    while not _speaks(article.url):
        if time.monotonic() > deadline:
            tails = [f"{log.name}: {log.read_text(errors='replace')[-1000:]}" for log in logs.glob("*.log")]
            raise NotReadyError("\n".join(tails))
        time.sleep(0.2)


def _speaks(url: str) -> bool:
    """Somebody else asks each time: the limit counts calls that fail, too."""
    try:
        token = json.loads(_post(f"{url}/login", {"code": f"dev:{time.monotonic_ns()}"}))["token"]
        return bool(_post(f"{url}/tts", {"text": "你好。"}, Authorization=f"Bearer {token}"))
    except OSError:
        return False


def _post(url: str, body: Mapping[str, str], **headers: str) -> bytes:
    headers["Content-Type"] = "application/json"
    asked = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - our own URL
    with urllib.request.urlopen(asked, timeout=10) as response:  # noqa: S310 - our own URL
        return bytes(response.read())
