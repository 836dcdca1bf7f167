"""A circuit breaker: what failed several times in a row is not asked for a while, then tried once."""

import time
from collections import deque
from collections.abc import Callable

FAILURES = 3
WITHIN_S = 5.0


class Breaker:
    """Open after three failures in a row within 5 s; after the pause one trial decides whether it closes again.

    A trial that reports nothing for `trial_s`, because its caller left, makes room for another.
    """

    def __init__(self, trial_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._trial_s = trial_s
        self._clock = clock
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._open = False
        self._on_trial = False
        self._until = 0.0

    @property
    def pause_s(self) -> float:
        """How long nobody may ask yet; 0 if somebody may."""
        return max(0.0, self._until - self._clock()) if self._open else 0.0

    def enter(self) -> bool:
        """Whether the caller may ask now; if so, it reports how it went."""
        if self.pause_s:
            return False
        if self._open:
            self._on_trial = True
            self._until = self._clock() + self._trial_s
        return True

    def succeeded(self) -> None:
        # During a pause this is an answer to a question from before it.
        if self._open and not self._on_trial:
            return
        self._failures.clear()
        self._open = self._on_trial = False

    def failed(self, pause_s: float) -> None:
        now = self._clock()
        self._failures.append(now)
        in_a_row = len(self._failures) == FAILURES and now - self._failures[0] <= WITHIN_S
        if in_a_row or self._on_trial:
            # Of several reasons to pause the longest counts.
            left = 0.0 if self._on_trial else self.pause_s
            self._open, self._on_trial = True, False
            self._until = now + max(pause_s, left)
