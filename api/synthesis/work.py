"""How much work speech is, and how fast it gets done."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

SEGMENT_CHARACTERS = 4
"""What a segment costs beside its characters: the pauses around it, and the way to the engine and back."""

SAMPLE_S = 1.0
"""Between two looks at the average."""

SETTLED_S = 5.0
"""Busy seconds before an average is worth remembering: at first it is that of a few segments."""

AVERAGE_S = 10.0
"""Time constant of the average: longer than a batch takes, whose segments all end at once."""

MEMORY_S = 60.0
"""For how long a low rate is held to be possible again."""

FIRST_GUESS = 20.0
"""Work a second, while nothing is known: what the slowest of our engines does on two cores."""


def work_of(characters: int, speed: float) -> float:
    """Of one segment: characters at normal speed, which is about its duration; the unit of everything in the queue."""
    return (characters + SEGMENT_CHARACTERS) / speed


@dataclass(frozen=True)
class Mark:
    """A moment, and how long there had been a backlog until then."""

    at: float
    busy_s: float


class WorkRate:
    """Work a second that the engines do for this process, measured while there is more of it than they take at once.

    Of a segment that was made partly during such a time that part counts: else a backlog that comes and goes with
    single segments would make the rate that of the moments at which they end.

    `per_second` is the least of the last minute: when another process had nothing to do for a while, its share of the
    engines was ours, and will not be for long. `proven_s` is for how long a rate has been seen: a process that was
    alone with the engines so far does not know what it will get when it is not.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._busy = False
        self._seen = clock()
        self._total_busy_s = 0.0
        self._done = 0.0  # work, and
        self._busy_s = 0.0  # the busy seconds in which it was done: both fade with AVERAGE_S
        self._sampled = -math.inf
        self._lately: deque[tuple[float, float]] = deque()  # when, and the average then; rising
        self._guess = FIRST_GUESS
        self.proven_s = 0.0
        self.best = 0.0

    @property
    def measured(self) -> bool:
        return bool(self._lately)

    @property
    def per_second(self) -> float:
        return self._lately[0][1] if self._lately else self._guess

    def suppose(self, per_second: float) -> None:
        """Say what a single segment got: the guess until there is a backlog to measure, where it is better."""
        self._guess = max(FIRST_GUESS, per_second)

    def note(self, *, backlog: bool) -> None:
        """Say whether there is a backlog from now on."""
        self.mark()
        self._busy = backlog

    def mark(self) -> Mark:
        """For `finish`: when a segment goes to the engines."""
        now = self._clock()
        elapsed, self._seen = now - self._seen, now
        self.proven_s = max(0.0, self.proven_s + (elapsed if self._busy else -elapsed))
        if self._busy:
            self._total_busy_s += elapsed
            self._fade(elapsed)
            self._sample(now)
        return Mark(now, self._total_busy_s)

    def finish(self, work: float, began: Mark) -> None:
        """Say that `work` was done just now that the engines were given at the mark."""
        now = self.mark()
        took_s = now.at - began.at
        share = (now.busy_s - began.busy_s) / took_s if took_s else float(self._busy)
        self._done += work * share

    def interrupt(self) -> None:
        """The engines were away: the time since the last note says nothing about them."""
        self._seen = self._clock()
        self._busy = False

    def _fade(self, elapsed: float) -> None:
        kept = math.exp(-elapsed / AVERAGE_S)
        self._done *= kept
        self._busy_s = self._busy_s * kept + AVERAGE_S * (1 - kept)

    def _sample(self, now: float) -> None:
        if self._done and self._busy_s >= SAMPLE_S <= now - self._sampled:
            self._sampled = now
            average = self._done / self._busy_s
            if self._busy_s < SETTLED_S:
                self._lately.clear()
            else:
                self.best = max(self.best, average)
            self._remember(now, average)

    def _remember(self, now: float, average: float) -> None:
        while self._lately and self._lately[-1][1] >= average:
            self._lately.pop()
        self._lately.append((now, average))
        while now - self._lately[0][0] > MEMORY_S:
            self._lately.popleft()
