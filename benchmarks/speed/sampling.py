"""Where a process of the api spends its CPU time: py-spy's samples, grouped by component."""

import asyncio
import os
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory

from compose.local.settings import ROOT

FOLDERS = (ROOT / ".local/py-spy/bin", Path(sys.executable).parent)
"""Where py-spy is looked for, besides PATH: an environment of its own, and ours."""

PER_S = 200

COMPONENTS = {
    "gRPC and Triton's client": ("grpc/", "tritonclient/", "google/", "api/engine/triton.py", "api/engine/tensors.py"),
    "choice of a Triton (api.engine)": ("api/engine/",),
    "hypercorn and h11": ("hypercorn/", "h11/", "h2/", "wsproto/"),
    "Quart and Werkzeug": ("quart/", "werkzeug/", "flask/", "api/app.py", "api/views/"),
    "the request as JSON": ("api/body.py", "pydantic/"),
    "tokens (api.auth, PyJWT)": ("api/auth/", "jwt/"),
    "limits and Redis": ("api/limits/", "api/redis", "redis/"),
    "audio (api.audio)": ("api/audio/", "av/", "soxr/"),
    "audit trail": ("api/audit.py", "api/synthesis/trail.py"),
    "queue and admission (api.synthesis)": ("api/synthesis/",),
    "logs": ("structlog/", "logging/", "api/logs.py", "api/line_writer.py"),
    "metrics": ("prometheus_client/", "api/metrics.py"),
    "exchange (api.middleware)": ("api/middleware.py", "api/exchange.py"),
}
"""By the beginning of a source file's path. A stack belongs to its innermost frame that has a component."""

LOOP = "event loop"
WAITING = ("EpollSelector.select", "Condition.wait", "Thread.run", "_worker (concurrent/")
"""Innermost frames that wait, though py-spy takes some for busy: `Thread.run` is gRPC's poller, in C."""


def py_spy() -> str | None:
    path = os.pathsep.join([*map(str, FOLDERS), os.environ.get("PATH", "")])
    return shutil.which("py-spy", path=path)


async def sample(program: str, pid: int, seconds: float) -> dict[str, int]:
    """Samples by component of a process that works meanwhile; it is paused for each of them."""
    with TemporaryDirectory(prefix="samples") as folder:
        raw = Path(folder, "raw")
        options = ("--pid", str(pid), "--duration", str(round(seconds)), "--rate", str(PER_S), "--format", "raw")
        spy = await asyncio.create_subprocess_exec(
            program, "record", *options, "--output", str(raw), stdout=DEVNULL, stderr=DEVNULL
        )
        failed = await spy.wait()
        return {} if failed else grouped(raw.read_text("utf-8").splitlines())  # noqa: ASYNC240 - nothing else runs


def grouped(stacks: Sequence[str]) -> dict[str, int]:
    """Of py-spy's raw form: `outermost (file:line);…;innermost (file:line) count`; most first."""
    found = Counter[str]()
    for stack in stacks:
        frames, _, count = stack.rpartition(" ")
        if not frames.rpartition(";")[2].startswith(WAITING):
            found[_component(frames.split(";"))] += int(count)
    return dict(found.most_common())


def _component(frames: Sequence[str]) -> str:
    files = (frame.rpartition("(")[2] for frame in reversed(frames))
    found = (name for file in files for name, starts in COMPONENTS.items() if file.startswith(starts))
    return next(found, LOOP)
