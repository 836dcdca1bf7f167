"""The processes of a process group of this machine, as /proc shows them."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


def states(group: int) -> Iterator[tuple[str, str, str]]:
    """Of every process of a process group its pid, state and command."""
    for folder, command, fields in _group(group):
        yield folder.name, fields[0], command


def resident_mb(group: int) -> float:
    """Of all processes of a process group."""
    pages = 0
    for folder, *_ in _group(group):
        with contextlib.suppress(OSError):
            pages += int((folder / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _group(group: int) -> Iterator[tuple[Path, str, list[str]]]:
    """The folder of each of its processes in /proc, its command, and what follows that in `stat` (proc(5))."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            head, _, tail = (folder / "stat").read_text().rpartition(")")
            fields = tail.split()
            if int(fields[2]) == group:
                yield folder, head.partition("(")[2], fields
