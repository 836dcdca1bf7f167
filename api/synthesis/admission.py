"""Which calls are let in: those that will be spoken in time, with all that were let in before them.

A call is refused here or not at all. The forecast assumes the worst that may still happen to the calls that were let
in: that every user keeps what was asked for until the end. What counts is thus how many users wait, and a user with
nothing in progress needs only as much room as the call itself takes.
"""

import math
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from api import problems
from api.problems import Refusal
from api.synthesis.forecast import Claim, Forecast
from api.synthesis.pace import Pace
from api.synthesis.queue import HEAD_START, FairQueue, QueuedCall

Due = tuple[Pace, Sequence[float]]
"""Of a call, and the work of each of its segments that is not done."""


@dataclass(frozen=True)
class Terms:
    """On which a call is let in, as shares of the time that a call may take.

    The call itself, of a stream the first sound, must be there within `own` of the time it has left, and whole answers
    that were let in before it `spare` of their time before their deadlines. What is left free is for calls on better
    terms.
    """

    own: float
    spare: float


FURTHER = Terms(own=0.35, spare=0.5)
"""A call whose user has others in progress."""

FIRST = Terms(own=0.45, spare=0.4)
"""The only call of its user."""

SHORT = Terms(own=0.5, spare=0.3)
"""The only call of its user, and no more than the queue's head start."""

AGAIN = Terms(own=0.95, spare=0.01)
"""A call that the edge asks again, because the replica that had let it in has died."""

ALONE = 0.9
"""Of a call's time, what a text may take on an idle machine: with segments that take seconds the best rate is measured
as up to a tenth more than it is."""

FIRST_HORIZON_S = 10.0
HORIZON_GROWTH = 2.0
"""How far ahead a rate is trusted, seconds: a first horizon, and so much more for each second that it has lasted."""

OVERBOOKING = 3.0
"""Of those who are told to come back many do not, or not in time."""

JITTER = 0.3
LONGEST_RETRY_S = 20.0
"""But for the jitter. Calls may be abandoned: whoever waits longer for room may leave the engines idle."""

UNKNOWN_RETRY_S = 4
"""At most, while nothing has been measured."""


class AdmissionControl:
    def __init__(
        self,
        queue: FairQueue,
        away_since: Callable[[], float | None],
        timeout_s: float,
        patience_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._away_since = away_since
        self._timeout_s = timeout_s
        self._patience_s = patience_s
        self._clock = clock
        self._promised = 0.0  # work of those who were told to come back, as of `_promised_at`
        self._promised_at = clock()

    def admit(
        self, user: str, works: Sequence[float], pace: Pace, *, more: float = 0.0, again: bool = False
    ) -> QueuedCall:
        """Let the call into the queue, or `Refusal`; `works` is of each of its segments, `more` of what is to follow.

        `again` is a call that was let in before, by another replica.
        """
        self._refuse_while_away()
        work = sum(works) + more
        terms = AGAIN if again else self._terms(user, work)
        late_s = self._late_s(user, [*works, more] if more else works, pace, terms)
        if late_s > 0:
            raise Refusal(problems.OVERLOADED, retry_after=self._appointment(work, late_s))
        return self._queue.enter(user, works, pace)

    @property
    def most_alone(self) -> float:
        """So much work of a whole answer could be done in time on an idle machine; infinite where that is not known."""
        best = self._queue.rate.best
        return math.inf if best is None else best * self._timeout_s * ALONE

    def _refuse_while_away(self) -> None:
        since = self._away_since()
        if since is not None and self._clock() - since > self._patience_s:
            raise Refusal(problems.ENGINE_UNAVAILABLE, retry_after=math.ceil(self._patience_s))

    def _terms(self, user: str, work: float) -> Terms:
        if user in self._queue.calls():
            return FURTHER
        return SHORT if work <= HEAD_START else FIRST

    def _late_s(self, user: str, works: Sequence[float], pace: Pace, terms: Terms) -> float:
        """Seconds by which this call, or one that was let in, would be too late; negative if all are in time."""
        calls = self._queue.calls()
        if not calls:
            return -math.inf  # nobody is made late, and `most_alone` has been asked
        now, rate = self._clock(), self._queue.rate
        lines: dict[str, list[Due]] = {
            name: [(call.pace, [*call.works.values()]) for call in own] for name, own in calls.items()
        }
        lines.setdefault(user, []).append((pace, works))
        totals = [sum(sum(each) for _, each in line) for line in lines.values()]
        forecast = Forecast(totals, rate.per_second)
        claims = [claim for line in lines.values() for claim in _claims(line, now)]
        first, *rest = (claim for theirs, claim in claims if theirs is pace)
        allowed_s = first.left_s * terms.own
        if terms is not AGAIN:
            allowed_s = min(allowed_s, FIRST_HORIZON_S + HORIZON_GROWTH * rate.proven_s)
        own = max(forecast.seconds_until(first.amount) - allowed_s, forecast.lateness(rest))
        if not rate.measured:
            return own
        others = (
            replace(claim, left_s=theirs.most_s(claim.left_s, terms.spare))
            for theirs, claim in claims
            if theirs is not pace and claim.amount < claim.left_s * rate.per_second
        )
        return max(own, forecast.lateness(others))

    def _appointment(self, work: float, late_s: float) -> int:
        """Seconds after which to come back: when there will be room, behind the others who were told so."""
        if not self._queue.rate.measured:
            return random.randint(1, UNKNOWN_RETRY_S)  # noqa: S311 - no secret
        now, rate = self._clock(), self._queue.rate.per_second * OVERBOOKING
        self._promised = max(0.0, self._promised - (now - self._promised_at) * rate)
        self._promised_at = now
        wait_s = min(max(late_s + self._promised / rate, 1.0), LONGEST_RETRY_S)
        self._promised += work
        return math.ceil(wait_s * random.uniform(1.0, 1.0 + JITTER))  # noqa: S311 - no secret


def _claims(line: Iterable[Due], now: float) -> Iterator[tuple[Pace, Claim]]:
    """Of one user's calls, in the order in which they are served."""
    parts = [(pace, part) for pace, works in line for part in pace.parts(works, now)]
    amount, firsts = 0.0, dict[int, Claim]()
    for pace, part in sorted(parts, key=lambda one: one[1].due):
        amount += part.work
        claim = Claim(amount, part.due - now, None if pace.started else firsts.get(id(pace)))
        firsts.setdefault(id(pace), claim)
        yield pace, claim
