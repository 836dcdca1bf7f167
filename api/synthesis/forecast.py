"""When calls will be finished that share the engines: pure arithmetic, without a clock.

The queue serves users in turn, so that each of `n` users who wait gets 1/n of the engines: generalised processor
sharing (Parekh and Gallager, 1993). When a user has got an amount of work done, every other user has got as much, or
all that they asked for; so that amount is done after `sum(min(total, amount) for each user) / rate` seconds.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True)
class Claim:
    """A part of a call: its user's work up to and with this part, and the seconds left to finish that.

    Of a stream that nobody hears yet `first` is the claim of its first sound: as much earlier as that is there, the
    player begins, and this is due.
    """

    amount: float
    left_s: float
    first: "Claim | None" = None


class Forecast:
    """`totals` is the work that each user still waits for; `rate` is the work done in a second."""

    def __init__(self, totals: Iterable[float], rate: float) -> None:
        self._totals = sorted(totals)
        self._sums = [0.0, *accumulate(self._totals)]
        self._rate = rate

    def seconds_until(self, amount: float) -> float:
        """When the work of a user who waits for `amount` and stands in `totals` with it is done."""
        smaller = bisect_right(self._totals, amount)
        return (self._sums[smaller] + amount * (len(self._totals) - smaller)) / self._rate

    def lateness(self, claims: Iterable[Claim]) -> float:
        """Seconds by which the latest of the claims is late; negative if all are in time."""
        return max(map(self._lateness, claims), default=-math.inf)

    def _lateness(self, claim: Claim) -> float:
        early_s = max(0.0, -self._lateness(claim.first)) if claim.first else 0.0
        return self.seconds_until(claim.amount) - claim.left_s + early_s
