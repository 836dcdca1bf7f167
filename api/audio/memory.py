"""The memory that answers take while they are sent."""

from collections.abc import Iterator
from contextlib import contextmanager

from api import problems
from api.problems import Refusal

RETRY_S = 5

LONG_SHARE = 0.75
SHORT_SHARE = 0.01
"""Of the memory: an answer that takes no more than this is a short one."""


class Held:
    """What one answer takes of the memory; less as it is sent."""

    def __init__(self, memory: "AudioMemory", size: int) -> None:
        self._memory, self._size = memory, 0
        self.resize(size)

    def resize(self, size: int) -> None:
        self._memory.held_bytes += size - self._size
        self._size = size

    def sent(self, count: int) -> None:
        self.resize(max(0, self._size - count))


class AudioMemory:
    """What all finished but unsent audio of this process may take: a call that might exceed it is refused before.

    The last quarter is for short answers, so that slow readers of long ones do not keep everybody else out.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self.held_bytes = 0

    @contextmanager
    def hold(self, size: int) -> Iterator[Held]:
        """Room for `size` bytes, or `Refusal`. A call alone always has room."""
        limit = self._limit_bytes * (1.0 if size <= self._limit_bytes * SHORT_SHARE else LONG_SHARE)
        if self.held_bytes and self.held_bytes + size > limit:
            raise Refusal(problems.OVERLOADED, retry_after=RETRY_S)
        held = Held(self, size)
        try:
            yield held
        finally:
            held.resize(0)
