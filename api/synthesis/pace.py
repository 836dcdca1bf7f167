"""When the segments of a call are due: those of a whole answer at its deadline, those of a stream as it is played.

All times are on one monotonic clock.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

URGENT_S = 10.0
"""A whole answer is urgent that has less time than this besides what its work takes alone."""

RUNNING_DRY_S = 2.0
"""So is a stream whose player has less than this left."""

FIRST_SOUND_S = 10.0
"""After which the first sound of a stream is late."""

STREAM_AHEAD = 3
"""A reader that takes nothing has so much made for it, and no more; one that plays what it has taken needs no more."""

SPARE = 0.25
"""Of the share that is to be spared of a whole answer's time, so much of a stream's."""

USUAL_S = 0.13
"""Of sound, at least, that a unit of work makes: what is known of a stream before its first sound."""


@dataclass(frozen=True)
class Part:
    """Segments that follow each other: their work, and when the last of them is to be done."""

    work: float
    due: float


class Pace(Protocol):
    @property
    def ahead(self) -> int:
        """How many segments may be queued, made or waiting to be taken at a time, if no setting allows fewer."""
        ...

    @property
    def started(self) -> bool:
        """Whether what is due no longer depends on when the first segment is done."""
        ...

    def due(self, now: float) -> float:
        """When the next segment that is not done has to be done."""
        ...

    def is_urgent(self, now: float, alone_s: float) -> bool:
        """Whether it is to be served before all that is not; `alone_s` is what the rest takes on an idle machine."""
        ...

    def give_up(self, now: float) -> float:
        """Until when the next sound is waited for."""
        ...

    def most_s(self, left_s: float, spare: float) -> float:
        """Of the seconds that are left for a part those that it may take, where a share of its time is to be spared."""
        ...

    def parts(self, works: Sequence[float], now: float) -> Iterator[Part]:
        """What is due when; `works` is of each segment that is not done, in order."""
        ...

    def resume(self, now: float) -> None:
        """Say that there is something to be said, after a time in which there was not."""
        ...

    def made(self, work: float, seconds: float) -> None:
        """Say that a segment is done, and how long its sound is with the pause after it."""
        ...

    def taken(self, seconds: float, now: float) -> None:
        """Say that the caller has taken so much sound."""
        ...


@dataclass(frozen=True)
class Whole:
    """An answer that is of use when all of it is there; it may take `allowed_s` in all."""

    deadline: float
    allowed_s: float
    started = True
    ahead = sys.maxsize

    def due(self, now: float) -> float:  # noqa: ARG002 - a stream's depends on it
        return self.deadline

    def is_urgent(self, now: float, alone_s: float) -> bool:
        return self.deadline - now < URGENT_S + alone_s

    def give_up(self, now: float) -> float:  # noqa: ARG002
        return self.deadline

    def most_s(self, left_s: float, spare: float) -> float:
        return left_s - self.allowed_s * spare

    def parts(self, works: Sequence[float], now: float) -> Iterator[Part]:  # noqa: ARG002
        yield Part(sum(works), self.deadline)

    def resume(self, now: float) -> None: ...

    def made(self, work: float, seconds: float) -> None: ...

    def taken(self, seconds: float, now: float) -> None: ...


class Playback:
    """A stream whose player begins with the first sound: the next one is due when it has nothing left to play.

    While there is sound that was made and not taken the player has what it wants, so a reader that pauses is not
    waiting for us. The caller came at `began`; a sound is waited for `timeout_s`.
    """

    ahead = STREAM_AHEAD

    def __init__(self, began: float, timeout_s: float) -> None:
        self.started = False
        self._timeout_s = timeout_s
        self._empty = began + FIRST_SOUND_S  # when the player has nothing left
        self._untaken_s = 0.0
        self._made_s = 0.0
        self._work = 0.0

    def due(self, now: float) -> float:
        return (max(self._empty, now) if self._untaken_s > 0 else self._empty) + self._untaken_s

    def is_urgent(self, now: float, alone_s: float) -> bool:  # noqa: ARG002 - it is never needed as a whole
        return self.due(now) - now < RUNNING_DRY_S

    def give_up(self, now: float) -> float:
        return now + self._timeout_s

    def most_s(self, left_s: float, spare: float) -> float:
        return left_s * (1 - spare * SPARE)

    def parts(self, works: Sequence[float], now: float) -> Iterator[Part]:
        seconds_per_work = self._made_s / self._work if self._work else USUAL_S
        due = self.due(now)
        before = [0.0, *accumulate(works)]
        start, size = 0, 1
        while start < len(works):  # 1, 1, 2, 4, 8 … segments: what is far away may be known roughly
            end = min(start + size, len(works))
            yield Part(before[end] - before[start], due + before[end - 1] * seconds_per_work)
            start, size = end, end

    def resume(self, now: float) -> None:
        if not self.started or self.due(now) <= now:  # the player has waited for the writer, not for us
            self._empty = now + FIRST_SOUND_S

    def made(self, work: float, seconds: float) -> None:
        self._untaken_s += seconds
        self._made_s += seconds
        self._work += work

    def taken(self, seconds: float, now: float) -> None:
        self._untaken_s -= seconds
        self._empty = (max(self._empty, now) if self.started else now) + seconds
        self.started = True
