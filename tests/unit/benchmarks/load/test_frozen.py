import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from benchmarks.load import frozen as module
from benchmarks.load.bench import Bench
from benchmarks.load.frozen import _gone, _silence, _target
from benchmarks.load.processes import program
from benchmarks.load.records import Record

PARENT = "import subprocess; subprocess.run(['/bin/sleep', '60'])"


@dataclass(frozen=True)
class Family:
    parent: int
    child: int


def _children(pid: int) -> list[int]:
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


@pytest.fixture
def family() -> Iterator[Family]:
    """A process that waits for its child, as the leader of a service's group does."""
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.DEVNULL) as process:
        while [] == (children := [one for one in _children(process.pid) if program(one) == "/bin/sleep"]):
            pass
        (child,) = children
        yield Family(process.pid, child)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def test_the_server_is_found_below_the_leader_of_its_group(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is frozen is the process that serves, not the one that supervisord started."""
    monkeypatch.setattr(module, "TARGETS", {"triton": "/sleep"})
    processes: list[dict[str, Any]] = [
        {"group": "nginx", "pid": os.getpid()},
        {"group": "triton", "pid": family.parent},
    ]
    stack = SimpleNamespace(processes=lambda: processes)
    bench = cast("Bench", SimpleNamespace(service=SimpleNamespace(stack=stack)))
    assert family.child == _target(bench, "triton")


async def test_a_frozen_process_is_gone_when_somebody_has_ended_it(family: Family) -> None:
    """Seconds until then; a process that is stopped and still there is not gone."""
    os.kill(family.child, signal.SIGSTOP)
    assert await _gone(family.child, 0.3) is None
    os.kill(family.child, signal.SIGKILL)
    assert await _gone(family.child, 30) is not None


def test_the_silence_is_the_longest_gap_between_answers() -> None:
    """From the moment of freezing to the end; what was refused meanwhile is no speech."""

    def record(ended: float, status: int = 200) -> Record:
        return Record("polite", 20, ended - 1, ended, status, audio_s=1.0 if status == 200 else 0.0)

    assert _silence([record(11), record(12), record(20), record(15, 503)], 10, 22) == 8.0
    assert _silence([], 10, 22) == 12.0
    assert _silence([record(13)], 10, 22) == 9.0
