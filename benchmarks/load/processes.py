"""Processes of the stack, as /proc shows them."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True)
class Process:
    parent: int
    cpu_s: float
    resident_mb: float


def snapshot() -> dict[int, Process]:
    """Every process of the machine by its pid; `cpu_s` includes that of its children that have ended."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        found[int(path.parent.name)] = Process(
            parent=int(fields[1]), cpu_s=sum(map(int, fields[11:15])) * TICK_S, resident_mb=int(fields[21]) * PAGE_MB
        )
    return found


def busy_s() -> float:
    """CPU seconds so far of all processes of the machine, and of what a hypervisor gave to others."""
    user, nice, system, _idle, _waiting, *others = map(int, Path("/proc/stat").read_text().split()[1:9])
    return sum((user, nice, system, *others)) * TICK_S


def tree(processes: dict[int, Process], root: int) -> Iterable[int]:
    """The pids of a process and of all that descend from it."""
    if root in processes:
        yield root
        for pid, process in processes.items():
            if process.parent == root:
                yield from tree(processes, pid)


def program(pid: int) -> str:
    """The path that it was started by, or the title that it has given itself."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[0]
    except OSError:
        return ""
