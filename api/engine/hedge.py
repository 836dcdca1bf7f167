"""When a segment is asked of a second server, too (Dean and Barroso, The Tail at Scale, 2013)."""

from collections import deque

SAMPLES = 200
ENOUGH_SAMPLES = 20
FACTOR = 3.0
LEAST_S = 2.0
SHARE = 0.03  # of the segments, in the long run
BURST = 8.0  # as many as one server that hangs may hold before it is ejected


class Hedge:
    def __init__(self, least_s: float = LEAST_S) -> None:
        self._least_s = least_s
        self._paces: deque[float] = deque(maxlen=SAMPLES)
        self._budget = BURST

    def finished(self, elapsed: float, work: float) -> None:
        self._paces.append(elapsed / work)
        self._budget = min(BURST, self._budget + SHARE)

    def delay_s(self, work: float) -> float:
        """How long the first server is waited for."""
        if len(self._paces) < ENOUGH_SAMPLES:
            return self._least_s
        p95 = sorted(self._paces)[int(0.95 * len(self._paces))]
        return max(self._least_s, FACTOR * p95 * work)

    def spend(self) -> bool:
        if self._budget < 1:
            return False
        self._budget -= 1
        return True
