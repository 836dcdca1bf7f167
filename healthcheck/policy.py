"""When to restart what: pure, without a clock or a network. Every copy of every service is a small state machine.

RESTARTING ──well──▶ WELL ──fails──▶ FAILING ──often enough──▶ RESTARTING
                                        └──out of restarts──▶ GIVEN_UP ──well, started by others, an hour──▶ …
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from healthcheck.history import DEATHS, HOUR_S, RECENT_S, History, State
from healthcheck.sight import Failure, Look, Weight, Well

SERVICES = ("redis", "triton", "api", "edge")


STOPPED = "it was stopped before the sidecar came"


class CopyId(NamedTuple):
    service: str
    name: str


class Rules(NamedTuple):
    """A copy is restarted after so many failed rounds in a row: `failures`, or `slow_failures` of little weight.

    Between two restarts of a copy pass at least `backoff_s`, twice as much each further time within an hour, at most
    `backoff_max_s`; after `budget` restarts within an hour it is given up.
    """

    failures: int
    backoff_s: float
    backoff_max_s: float
    budget: int
    slow_failures: int = 15

    def rounds(self, weight: Weight) -> int:
        if weight in {Weight.CONCLUSIVE, Weight.LASTING}:
            return 1
        return self.slow_failures if weight is Weight.SLOW else self.failures


class Event(NamedTuple):
    """What was decided: `kind` is one of `alerts.WORDS`; `reason` is how it was seen."""

    kind: str
    service: str
    copy: str
    reason: str
    attempt: int = 0


class Policy:
    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.histories: dict[CopyId, History] = {}

    def observe(self, looks: Mapping[CopyId, Look], now: float) -> list[Event]:
        """What follows from one round. The caller must do every restart that is returned: it is counted."""
        for copy in self.histories.keys() - looks.keys():
            del self.histories[copy]  # removed, as by scaling down
        events: list[Event] = []
        for copy in sorted(looks, key=lambda copy: (SERVICES.index(copy.service), copy.name)):
            events += self._observe(copy, looks[copy], now)
        return events

    def expect_restart(self, copy: CopyId) -> None:
        """A copy is restarted on purpose: it may take its time, and nothing is counted."""
        self.histories[copy].restarting()

    def _observe(self, copy: CopyId, look: Look, now: float) -> Iterable[Event]:
        if copy not in self.histories:
            self.histories[copy] = History()
            if look.stopped:
                yield from self._leave_stopped(copy)
        if look.restarted:
            yield from self._died(copy, now)
        sight = look.sight
        if isinstance(sight, Well):
            sight = self.histories[copy].lasting or sight
        if isinstance(sight, Well):
            yield from self._heal(copy)
        elif isinstance(sight, Failure):
            yield from self._fail(copy, sight, now, starting=look.starting)

    def _leave_stopped(self, copy: CopyId) -> Iterable[Event]:
        """What was already stopped when the sidecar came is so on purpose: a person's, or given up by the last one."""
        history = self.histories[copy]
        history.state, history.told, history.reason = State.GIVEN_UP, STOPPED, STOPPED
        history.not_before = float("inf")
        yield Event("failing", *copy, history.reason)

    def _died(self, copy: CopyId, now: float) -> Iterable[Event]:
        """Docker or supervisord started it again. What was never well in between counts as a restart of ours would."""
        history = self.histories[copy]
        yield Event("died", *copy, history.reason)
        history.deaths = [*(at for at in history.deaths if now - at < RECENT_S), now]
        if len(history.deaths) == DEATHS:
            yield Event("flapping", *copy, f"{DEATHS} starts within {RECENT_S / 60:g} min", DEATHS)
        if history.state is State.GIVEN_UP:
            history.restarts, history.not_before = [], 0.0
        elif not history.lived and now >= history.not_before:
            yield from self._count_restart(copy, now, "dies at every start")
            return
        history.restarting()

    def _heal(self, copy: CopyId) -> Iterable[Event]:
        history = self.histories[copy]
        if history.told:
            yield Event("recovered", *copy, history.told)
        history.well()

    def _fail(self, copy: CopyId, failure: Failure, now: float, *, starting: bool) -> Iterable[Event]:
        history = self.histories[copy]
        history.reason = failure.reason
        if history.state is State.GIVEN_UP and now < history.not_before:
            return
        if failure.weight is not Weight.LASTING and (
            (starting and not history.lived) or self._is_blocked(copy.service, failure.weight)
        ):
            return
        history.count(failure)
        if history.failed < self.rules.rounds(failure.weight):
            return
        if not history.told:
            history.told = failure.reason
            yield Event("failing", *copy, failure.reason)
        if failure.weight is not Weight.NOTICE and now >= history.not_before:
            yield from self._count_restart(copy, now, failure.reason)
            if history.state is State.RESTARTING:
                yield Event("restart", *copy, failure.reason, len(history.restarts))

    def _count_restart(self, copy: CopyId, now: float, reason: str) -> Iterable[Event]:
        history = self.histories[copy]
        recent = [at for at in history.restarts if now - at < HOUR_S]
        if len(recent) >= self.rules.budget:
            history.state, history.not_before, history.told = State.GIVEN_UP, now + HOUR_S, reason
            yield Event("gave_up", *copy, reason, len(recent))
            return
        history.restarts = [*recent, now]
        history.not_before = now + min(self.rules.backoff_s * 2 ** len(recent), self.rules.backoff_max_s)
        history.restarting()

    def _is_blocked(self, service: str, weight: Weight) -> bool:
        """Whether a failure says nothing of the copy itself, because of what it depends on.

        The edge asks an api, so it is excused while every api fails that is not given up. An api lives without Triton
        and without Redis, but is not ready without Triton.
        """
        apis, tritons = self._states("api"), self._states("triton")
        if service == "edge":
            return State.WELL not in apis and not apis <= {State.GIVEN_UP}
        return service == "api" and weight is Weight.SLOW and State.WELL not in tritons

    def _states(self, service: str) -> set[State]:
        return {history.state for copy, history in self.histories.items() if copy.service == service}
