"""How much work speech is, and how fast it gets done."""

import math
from collections import deque
from collections.abc import Callable

SEGMENT_CHARACTERS = 4
"""What a segment costs beside its characters: the pauses around it, and the way to the engine and back."""

SPAN_S = 1.0
"""How long a busy spell must last to be measured."""

AVERAGE_S = 10.0
"""Time constant of the average."""

MEMORY_S = 60.0
"""For how long a low rate is held to be possible again."""

FIRST_GUESS = 20.0
"""Work a second, until it has been measured: what the slowest of our engines does on two cores."""


def work_of(characters: int, speed: float) -> float:
    """Of one segment: characters at normal speed, which is about its duration; the unit of everything in the queue."""
    return (characters + SEGMENT_CHARACTERS) / speed


class WorkRate:
    """Work a second that the engines do for this process, measured while there is more of it than they take at once.

    `per_second` is the least of the last minute: when another process had nothing to do for a while, its share of the
    engines was ours, and will not be for long. `proven_s` is for how long a rate has been seen: a process that was
    alone with the engines so far does not know what it will get when it is not.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._average: float | None = None
        self._lately: deque[tuple[float, float]] = deque()  # when, and the average then; rising
        self._span: tuple[float, float] | None = None  # since when, and the work done since
        self._seen = clock()
        self.proven_s = 0.0
        self.best = 0.0

    @property
    def measured(self) -> bool:
        return bool(self._lately)

    @property
    def per_second(self) -> float:
        return self._lately[0][1] if self._lately else FIRST_GUESS

    def note(self, *, backlog: bool, done: float = 0.0) -> None:
        """Say that `done` work was finished just now, and whether there is a backlog from now on."""
        now = self._clock()
        elapsed, self._seen = now - self._seen, now
        self.proven_s = max(0.0, self.proven_s + (elapsed if self._span else -elapsed))
        if self._span:
            self._span = self._span[0], self._span[1] + done
            self._measure(now)
        if not backlog:
            self._span = None
        elif self._span is None:
            self._span = now, 0.0

    def interrupt(self) -> None:
        """The engines were away: what was done since the last measurement says nothing about them."""
        self._span = None

    def _measure(self, now: float) -> None:
        since, done = self._span or (now, 0.0)
        if now - since < SPAN_S:
            return
        rate, weight = done / (now - since), 1 - math.exp((since - now) / AVERAGE_S)
        self._average = rate if self._average is None else self._average + weight * (rate - self._average)
        self._span = now, 0.0
        self.best = max(self.best, self._average)
        self._remember(now, self._average)

    def _remember(self, now: float, average: float) -> None:
        while self._lately and self._lately[-1][1] >= average:
            self._lately.pop()
        self._lately.append((now, average))
        while now - self._lately[0][0] > MEMORY_S:
            self._lately.popleft()
