"""When a segment takes so much longer than its kind that a second engine is asked as well.

"The tail at scale" (Dean and Barroso, 2013): the first answer counts, and few enough segments are asked twice that it
costs next to nothing.
"""

from collections import deque

SHORTEST_S = 2.0
TIMES_USUAL = 3.0
USUAL = 0.95  # the quantile of what the last segments took
REMEMBERED = 200

SHARE = 0.03
"""Of the segments that may be asked twice."""

MOST_SAVED = 10.0


class Hedges:
    def __init__(self) -> None:
        self._lately: deque[float] = deque(maxlen=REMEMBERED)  # seconds per work
        self._allowance = MOST_SAVED

    def answered(self, work: float, elapsed_s: float) -> None:
        self._lately.append(elapsed_s / work)
        self._allowance = min(self._allowance + SHARE, MOST_SAVED)

    def after_s(self, work: float) -> float:
        """How long to wait for the first engine."""
        if not self._lately:
            return SHORTEST_S
        usual = sorted(self._lately)[int(USUAL * (len(self._lately) - 1))]
        return max(SHORTEST_S, TIMES_USUAL * usual * work)

    def take(self) -> bool:
        """Whether one more segment may be asked twice; it is counted."""
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True
