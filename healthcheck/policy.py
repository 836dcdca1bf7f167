"""When to restart what: pure, without a clock or a network."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ORDER = ("redis", "triton", "api", "edge")
DEPENDS = {"redis": (), "triton": (), "api": ("redis", "triton"), "edge": ("api",)}
HOUR_S = 3600.0


@dataclass(frozen=True)
class Failure:
    """What a probe saw, of the copy at `address`.

    One that is `lasting` does not heal by itself, whatever a later probe may see.
    """

    reason: str
    address: str = ""
    lasting: bool = False


class Unknown:
    """A probe could not tell."""


Sight = Failure | Unknown | None
"""None is a service that is well."""


@dataclass(frozen=True)
class Rules:
    """A service is restarted after `failures` bad rounds in a row, not within `grace_s` of its (re)start.

    A lasting failure has no grace: what has died is not starting. Between two restarts pass at least `backoff_s`, twice
    as much each further time within an hour, at most `backoff_max_s`; after `budget` restarts within an hour it is
    given up until it heals or an hour has passed.
    """

    failures: int
    grace_s: float
    backoff_s: float
    backoff_max_s: float
    budget: int


@dataclass(frozen=True)
class Event:
    """What was decided: `kind` is failing, restart, gave_up, recovered or planned; `reason` is how it was seen."""

    kind: str
    service: str
    reason: str
    attempt: int = 0
    address: str = ""
    """Of the copy that fails, where that is known."""


@dataclass
class History:
    """What is known of one service; times are those given to `Policy.observe`."""

    grace_until: float
    failure: Failure | None = None
    failed: int = 0
    restarts: list[float] = field(default_factory=list)
    not_before: float = 0.0
    gave_up: bool = False
    excused: bool = False
    """Whether it had its grace in this failure because it was started again by someone else."""

    told: bool = False
    """Whether anyone heard that it fails, and so wants to hear that it is well again."""

    @property
    def healthy(self) -> bool:
        return self.failure is None

    @property
    def reason(self) -> str:
        return self.failure.reason if self.failure else ""


class Policy:
    def __init__(self, rules: Rules, now: float) -> None:
        self.rules = rules
        self.histories = {service: History(grace_until=now + rules.grace_s) for service in ORDER}

    def observe(self, round_: Mapping[str, Sight], now: float) -> list[Event]:
        """What follows from one round of probes. The caller must do every restart that is returned: it is counted."""
        events: list[Event] = []
        for service in ORDER:
            sight, known = round_[service], self.histories[service].failure
            if sight is None and known and known.lasting:
                sight = known
            if sight is None:
                events += self._heal(service)
            elif isinstance(sight, Failure):
                events += self._fail(service, sight, now)
        for service in ORDER:
            events += self._decide(service, now)
        return events

    def expect_restart(self, service: str, now: float) -> None:
        """A service that is well is restarted on purpose: it gets its grace, and nothing is counted."""
        self.histories[service].grace_until = now + self.rules.grace_s

    def excuse(self, service: str, now: float) -> None:
        """A service that fails was started again by Docker or supervisord: it gets its grace, once until it is well."""
        history = self.histories[service]
        if not history.excused and history.failed == 0:
            history.excused, history.grace_until = True, max(history.grace_until, now + self.rules.grace_s)

    def _heal(self, service: str) -> Iterable[Event]:
        history = self.histories[service]
        if history.told:
            yield Event("recovered", service, history.reason)
        history.failure, history.failed, history.grace_until = None, 0, 0.0
        history.gave_up = history.told = history.excused = False

    def _fail(self, service: str, failure: Failure, now: float) -> Iterable[Event]:
        history = self.histories[service]
        history.failure = failure
        if (now < history.grace_until and not failure.lasting) or self._is_blocked(service):
            return
        history.failed += 1
        if history.failed >= self.rules.failures and not history.told:
            history.told = True
            yield Event("failing", service, failure.reason, address=failure.address)

    def _decide(self, service: str, now: float) -> Iterable[Event]:
        history = self.histories[service]
        if history.failed < self.rules.failures or self._is_blocked(service) or now < history.not_before:
            return
        recent = [at for at in history.restarts if now - at < HOUR_S]
        if len(recent) >= self.rules.budget:
            if not history.gave_up:
                history.gave_up = True
                yield Event("gave_up", service, history.reason, len(recent))
            return
        address = history.failure.address if history.failure else ""
        history.failure = Failure(history.reason, address)  # a restart heals what would last
        history.restarts = [*recent, now]
        history.failed, history.gave_up = 0, False
        history.grace_until = now + self.rules.grace_s
        pause = min(self.rules.backoff_s * 2 ** len(recent), self.rules.backoff_max_s)
        history.not_before = now + pause
        yield Event("restart", service, history.reason, len(recent) + 1, address)

    def _is_blocked(self, service: str) -> bool:
        """Whether what it depends on is down: then its failure says nothing, does not count, and is not acted upon."""
        return any(not self.histories[other].healthy or self._is_blocked(other) for other in DEPENDS[service])
