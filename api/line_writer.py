"""Lines written by a thread of their own, so that a stuck disk or pipe delays nobody.

logging's QueueListener would do but for two things: it cannot be stopped within a time, and its handler prints to
standard error when the queue is full, which may be what is stuck.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Full, Queue
from threading import Thread

MAX_PENDING = 2000
STDOUT, STDERR = 1, 2


class LineWriter:
    """`write` is called with one line at a time, in order, and handles its own errors."""

    def __init__(self, name: str, write: Callable[[str], None], max_pending: int = MAX_PENDING) -> None:
        self._write = write
        self._pending: Queue[str | None] = Queue(max_pending)
        # A daemon, so that a write that never returns does not keep the process from ending.
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, line: str) -> bool:
        """Whether there was room for the line; does not wait."""
        try:
            self._pending.put_nowait(line)
        except Full:
            return False
        return True

    def close(self, timeout_s: float) -> None:
        """Writes what is pending, for as long as that; lines that come later are not written."""
        give_up = time.monotonic() + timeout_s
        with suppress(Full):
            self._pending.put(None, timeout=timeout_s)
        self._thread.join(max(0.0, give_up - time.monotonic()))

    def _run(self) -> None:
        while (line := self._pending.get()) is not None:
            self._write(line)


def write_whole(descriptor: int, line: str) -> None:
    """Write to a descriptor and not to a buffered file, whose lock a stuck thread would hold while Python exits.

    Lines that several processes append to a file do not mix, since each is one write; only a full pipe or disk takes
    part of one.
    """
    data = f"{line}\n".encode(errors="backslashreplace")  # a lone surrogate becomes JSON's escape for it
    while data:
        data = data[os.write(descriptor, data) :]
