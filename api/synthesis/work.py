"""How much work speech is, and how fast it gets done."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from api.synthesis.averages import Average, Least
from api.synthesis.length import length_of

SEGMENT_CHARACTERS = 4
"""What a segment costs beside its characters: the pauses around it, and the way to the engine and back."""

USUAL_CHARACTERS = 40
"""Of a segment of a long text."""

SAMPLE_S = 1.0
"""Between two looks at the average."""

SETTLED_S = 5.0
"""Busy seconds before an average is worth remembering: at first it is that of a few segments."""

AVERAGE_S = 10.0
"""Time constant of the average: longer than a batch takes, whose segments all end at once."""

MEMORY_S = 60.0
"""For how long a low rate is held to be possible again."""

LONG_AVERAGE_S = 60.0
"""Time constant of the average by which texts are refused for good: slow engines take several seconds for a segment."""

LONG_SETTLED_S = 30.0
"""Before that average is worth remembering, in its own seconds, which fade: about 40 busy seconds.

So it takes more than a slow moment, and less than a call that comes to its deadline.
"""

BEST_MEMORY_S = 1800.0
"""For how long a high rate is held to be possible again, and texts are refused by it."""

FIRST_GUESS = 20.0
"""Work a second, while nothing is known: what the slowest of our engines does on two cores."""


def work_of(text: str, speed: float) -> float:
    """Of one segment: characters at normal speed, which is about its duration; the unit of everything in the queue."""
    return work_of_length(length_of(text), speed)


def work_of_length(characters: float, speed: float) -> float:
    """The same of so many Chinese characters."""
    return (characters + SEGMENT_CHARACTERS) / speed


WORK_OF_A_CHARACTER = work_of_length(USUAL_CHARACTERS, 1.0) / USUAL_CHARACTERS


def round_down(characters: float) -> int:
    """To a number that says that it is an estimate."""
    return max(10, int(characters) // 10 * 10)


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
    engines was ours, and will not be for long. `best` is the most of the last half an hour: what the engines do when
    nobody else wants anything of them. `proven_s` is for how long a rate has been seen: a process that was alone with
    the engines so far does not know what it will get when it is not.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._busy = False
        self._seen = clock()
        self._total_busy_s = 0.0
        self._average, self._long_average = Average(AVERAGE_S), Average(LONG_AVERAGE_S)
        self._sampled = -math.inf
        self._lately, self._best = Least(MEMORY_S), Least(BEST_MEMORY_S)  # the second of negative rates
        self._guess = FIRST_GUESS
        self.proven_s = 0.0

    @property
    def measured(self) -> bool:
        return bool(self._lately)

    @property
    def per_second(self) -> float:
        return self._lately.value if self._lately else self._guess

    @property
    def best(self) -> float | None:
        """None where it has not been measured lately."""
        self._best.forget(self._clock())
        return -self._best.value if self._best else None

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
            for average in self._averages:
                average.fade(elapsed)
            self._sample(now)
        return Mark(now, self._total_busy_s)

    def finish(self, work: float, began: Mark) -> None:
        """Say that `work` was done just now that the engines were given at the mark."""
        now = self.mark()
        took_s = now.at - began.at
        share = (now.busy_s - began.busy_s) / took_s if took_s else float(self._busy)
        for average in self._averages:
            average.done += work * share

    def interrupt(self) -> None:
        """The engines were away: the time since the last note says nothing about them."""
        self._seen = self._clock()
        self._busy = False

    @property
    def _averages(self) -> tuple[Average, Average]:
        return self._average, self._long_average

    def _sample(self, now: float) -> None:
        average, long_average = self._averages
        if not average.done or average.seconds < SAMPLE_S or now - self._sampled < SAMPLE_S:
            return
        self._sampled = now
        if average.seconds < SETTLED_S:
            self._lately.clear()
        self._lately.say(now, average.per_second)
        if long_average.seconds >= LONG_SETTLED_S:
            self._best.say(now, -long_average.per_second)
