"""Whether a server is asked: one that keeps failing is left alone for growing pauses, and back after a trial."""

FAILURES = 3
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
AWAY_PAUSE_S = 5.0  # to try one that is not there costs it no segment


class Trust:
    def __init__(self) -> None:
        self.ejected_at: float | None = None
        self._failures = 0
        self._pause_s = FIRST_PAUSE_S
        self._paused_at = 0.0

    @property
    def given(self) -> bool:
        return self.ejected_at is None

    def succeeded(self) -> None:
        self._failures, self._pause_s = 0, FIRST_PAUSE_S

    def failed(self, now: float) -> bool:
        """Whether this failure was the one too many."""
        self._failures += 1
        if not self.given or self._failures < FAILURES:
            return False
        self.ejected_at = self._paused_at = now
        return True

    def trial_due(self, now: float, longest_s: float) -> bool:
        return not self.given and now >= self._paused_at + min(self._pause_s, longest_s)

    def trial_failed(self, now: float, *, away: bool) -> None:
        self._paused_at = now
        self._pause_s = min(self._pause_s * 2, AWAY_PAUSE_S if away else LONGEST_PAUSE_S)

    def trial_passed(self) -> None:
        """The pause stays as long as it was until a real segment succeeds."""
        self.ejected_at, self._failures = None, 0
