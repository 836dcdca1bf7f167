"""How many segments one process may have at one Triton.

Several api processes share a Triton and do not know of each other, so the window is set by what each of them can see,
the delay of its own segments, in the manner of Swift (Kumar et al., SIGCOMM 2020): additive increase while segments
wait for less than a target, multiplicative decrease in proportion to the excess, at most once in a segment's time.
Additive increase and multiplicative decrease let processes that begin at different times end with equal shares. Vegas
would not: a late starter takes the queue that it finds for the least delay. Decreasing only when Triton's queue is
full would be simpler, but the vocoder refuses what the acoustic model has already worked on. A constant fits one
machine and one number of processes.
"""

import math
from collections import deque
from collections.abc import Callable

SMALLEST = 2.0
LARGEST = 32.0

TARGET = 1.0
"""How long a segment may wait at Triton, in times of what a segment takes there."""

DECREASE = 0.8
LARGEST_DECREASE = 0.5

MEMORY_S = 120.0
"""For how long the fastest segment stands for a segment that does not wait."""

CACHED_S = 0.03
"""An answer that comes sooner was in Triton's cache and says nothing about the engine."""

AVERAGE = 0.1


class AdaptiveWindow:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._window = SMALLEST
        self._fastest: deque[tuple[float, float]] = deque()  # when, and seconds per work; rising
        self._usual_s: float | None = None  # what a segment takes without waiting
        self._decreased_at = -math.inf

    @property
    def size(self) -> int:
        return int(self._window)

    def answered(self, work: float, elapsed_s: float, in_flight: int) -> None:
        """A segment of so much work took so long, while `in_flight` segments, with this one, were at Triton."""
        if elapsed_s < CACHED_S:
            return
        alone_s = self._least(elapsed_s / work) * work
        self._usual_s = alone_s if self._usual_s is None else self._usual_s + AVERAGE * (alone_s - self._usual_s)
        waited = (elapsed_s - alone_s) / self._usual_s
        if waited <= TARGET:
            if in_flight >= self.size:
                self._window = min(self._window + 1 / self._window, LARGEST)
        else:
            self._decrease(DECREASE * (waited - TARGET) / (waited + 1), elapsed_s)

    def overloaded(self) -> None:
        """Triton refused a segment because its queue is full."""
        self._decrease(LARGEST_DECREASE, self._usual_s or 0.0)

    def _decrease(self, part: float, pause_s: float) -> None:
        now = self._clock()
        if now - self._decreased_at >= pause_s:
            self._window = max(self._window * (1 - min(part, LARGEST_DECREASE)), SMALLEST)
            self._decreased_at = now

    def _least(self, seconds_per_work: float) -> float:
        now = self._clock()
        while self._fastest and self._fastest[-1][1] >= seconds_per_work:
            self._fastest.pop()
        self._fastest.append((now, seconds_per_work))
        while now - self._fastest[0][0] > MEMORY_S:
            self._fastest.popleft()
        return self._fastest[0][1]
