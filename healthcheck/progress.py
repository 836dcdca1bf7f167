"""Whether Triton gets work done, from what it counts: pure, without a clock or a network."""

from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True)
class Counters:
    """`answered` requests were computed to the end; `broken` ones met a dead process; `waiting` ones are in a queue."""

    answered: int = 0
    broken: int = 0
    waiting: int = 0


class Verdict(Enum):
    MOVING = auto()
    """It has answered since the last look."""
    IDLE = auto()
    """Nothing is known to be asked of it."""
    ASKED = auto()
    """Something is asked of it, and was not answered yet."""
    SUSPECT = auto()
    """Some of its requests met a dead process since the last look."""
    HUNG = auto()
    """Something has been asked of it for long, and it has answered nothing."""


class Progress:
    """Of one Triton. It hangs if it answers nothing for `stall_s` though it is asked."""

    def __init__(self, stall_s: float) -> None:
        self._stall_s = stall_s
        self._last: Counters | None = None
        self._asked_at: float | None = None

    def ask(self, now: float) -> None:
        """A probe is on its way."""
        if self._asked_at is None:
            self._asked_at = now

    def look(self, counters: Counters, now: float, *, probing: bool) -> Verdict:
        last, self._last = self._last, counters
        if last is None or counters.answered != last.answered:  # fewer: it was started again
            self._asked_at = None
        if not (counters.waiting or probing):
            self._asked_at = None
        elif self._asked_at is None:
            self._asked_at = now
        elif now - self._asked_at >= self._stall_s:
            self._asked_at = now  # what follows is another copy, or has its time again
            return Verdict.HUNG
        return self._compare(last, counters)

    def _compare(self, last: Counters | None, counters: Counters) -> Verdict:
        if last and counters.broken > last.broken:
            return Verdict.SUSPECT
        if last and counters.answered > last.answered:
            return Verdict.MOVING
        return Verdict.IDLE if self._asked_at is None else Verdict.ASKED
