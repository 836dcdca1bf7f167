"""How many segments one replica of the api may have at one Triton.

Replicas share a Triton and do not know each other, but Triton tells all of them the same: how long segments, whosever
they are, have waited in its queues and how long they were worked on. Each replica widens its window additively while
segments wait no longer than half the time that they are worked on, and narrows it multiplicatively when they do, as far
as Swift does (Kumar et al., SIGCOMM 2020). With one signal for all this leads to equal windows (Chiu and Jain, 1989),
and so to equal shares of a server that serves first what came first.

The alternative is to judge by the delay of one's own segments, as Swift and Vegas do. They need the least delay, which
a replica that starts beside another never sees, and segments differ in what they take. Measured on two cores, one of
two replicas came to have three times the other's share, and kept it.
"""

from dataclasses import dataclass

from api.engine.engine import Statistics

LEAST = 2.0
MAXIMUM = 32.0
TARGET = 1.5
"""Of the delay factor: the time that a segment spends at the server over the time it is worked on."""

DECREASE = 0.8  # Swift's beta
MOST_DECREASE = 0.5


@dataclass
class AdaptiveWindow:
    """Times are seconds of one clock, which the caller reads."""

    maximum: float = MAXIMUM
    _size: float = LEAST
    _last: Statistics | None = None
    _shrunk_at: float = float("-inf")

    @property
    def size(self) -> int:
        return int(self._size)

    def observe(self, statistics: Statistics, now: float, *, used: bool) -> None:
        """`used` is whether so many segments have been there since the last time: else nothing is known of more."""
        last, self._last = self._last, statistics
        if last is None or statistics.worked_s <= last.worked_s or statistics.segments <= last.segments:
            return  # nothing was made, or the server was started again
        there_s = statistics.waited_s + statistics.worked_s - last.waited_s - last.worked_s
        factor = there_s / (statistics.worked_s - last.worked_s)
        if factor > TARGET:
            if now - self._shrunk_at > there_s / (statistics.segments - last.segments):  # that has shown its effect
                self._shrink(now, DECREASE * (factor - TARGET) / factor)
        elif used:
            self._size = min(self.maximum, self._size + 1)

    def overloaded(self, started: float, now: float) -> None:
        """A segment that was sent at `started` was refused for want of room in the server's queue."""
        if started >= self._shrunk_at:  # else it says nothing about the last decrease
            self._shrink(now, MOST_DECREASE)

    def _shrink(self, now: float, part: float) -> None:
        self._size = max(LEAST, self._size * (1 - min(part, MOST_DECREASE)))
        self._shrunk_at = now
