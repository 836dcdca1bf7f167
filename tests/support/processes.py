"""Processes of a running stack, as /proc shows them."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

from tests.support.waiting import until


def hurt(pid: int, how: signal.Signals) -> None:
    """Send a signal to a process; 0, of one that does not run, would be the tests' own process group."""
    assert pid > 1, "it does not run"
    os.kill(pid, how)


def children(parent: int) -> list[int]:
    """The pids of its children."""
    return [pid for pid, (_, of, _) in _all() if of == parent]


def workers(nginx: int) -> list[int]:
    """The pids of nginx's workers."""
    return [pid for pid in children(nginx) if Path(f"/proc/{pid}/comm").read_text().strip() == "nginx"]


def frozen(pid: int) -> bool:
    """Whether a process is stopped by a signal; one that has ended is not."""
    return any(one == pid and state == "T" for one, (state, *_) in _all())


def alive(group: int) -> list[int]:
    """The pids of the processes of a process group, but for those that have ended and wait to be reaped."""
    return [pid for pid, (state, _, of) in _all() if of == group and state != "Z"]


def _all() -> Iterator[tuple[int, tuple[str, int, int]]]:
    """Every pid with its state, parent and process group."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, group = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        yield int(path.parent.name), (state, int(parent), int(group))


def stub(triton: int, model: str) -> int:
    """The first of Triton's processes that run a model."""
    return next(pid for pid in children(triton) if f"/{model}/" in Path(f"/proc/{pid}/cmdline").read_text())


async def gone(pid: int, within_s: float) -> None:
    """Return when the process has ended and was reaped."""
    await until(lambda: not Path(f"/proc/{pid}/status").exists(), within_s)


def let_go(pid: int) -> None:
    """So that a failed test leaves nothing stopped behind."""
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        return
