"""What is remembered of a number that changes: its average, and its least."""

import math
from collections import deque


class Average:
    """What is `done` a second; what is long ago counts less."""

    def __init__(self, time_constant_s: float) -> None:
        self._time_constant_s = time_constant_s
        self.done = 0.0
        self.seconds = 0.0

    @property
    def per_second(self) -> float:
        return self.done / self.seconds

    def fade(self, elapsed: float) -> None:
        kept = math.exp(-elapsed / self._time_constant_s)
        self.done *= kept
        self.seconds = self.seconds * kept + self._time_constant_s * (1 - kept)


class Least:
    """The least of what was said lately."""

    def __init__(self, memory_s: float) -> None:
        self._memory_s = memory_s
        self._said = deque[tuple[float, float]]()  # when, and what: rising

    def __bool__(self) -> bool:
        return bool(self._said)

    @property
    def value(self) -> float:
        return self._said[0][1]

    def say(self, now: float, value: float) -> None:
        while self._said and self._said[-1][1] >= value:
            self._said.pop()
        self._said.append((now, value))
        self.forget(now)

    def forget(self, now: float) -> None:
        while self._said and now - self._said[0][0] > self._memory_s:
            self._said.popleft()

    def clear(self) -> None:
        self._said.clear()
