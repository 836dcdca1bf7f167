"""The loop: look, decide, act. What takes long is done beside it."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from healthcheck.actions import Actions
from healthcheck.policy import SERVICES, CopyId, Event, Policy
from healthcheck.probes import Probe, ProbeError
from healthcheck.restarter import Copy, Restarter, RestartError
from healthcheck.sight import Failure, Look, Sight, Unknown, Weight

log = structlog.get_logger()

KEPT_EVENTS = 20
WITH_PROCESSES = {"triton"}
"""What does not start its own processes again when they have died. nginx does; its frozen ones: compose/nginx.sh."""

ROSTER_S = 5.0
OURS_S = 5.0
"""What starts so soon after we have ended it was started by us, though supervisord or Docker did it."""


@dataclass
class Watch:
    """`totals` counts events by service and kind; `looked_at` is the time of the last round, monotonic."""

    probes: Mapping[str, Probe]
    policy: Policy
    restarter: Restarter
    actions: Actions
    timeout_s: float
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    totals: Counter[tuple[str, str]] = field(default_factory=Counter)
    looked_at: float = field(default_factory=time.monotonic)
    _roster: Sequence[Copy] = ()
    _ages: dict[str, float | None] = field(default_factory=dict)
    _ours: dict[str, float] = field(default_factory=dict)

    async def run(self, interval_s: float) -> None:
        """A round begins every `interval_s`, or when the last has ended."""
        while True:
            began = time.monotonic()
            await self.round()
            await asyncio.sleep(interval_s - (time.monotonic() - began))

    async def round(self) -> None:
        """Look at everything once, and begin what follows."""
        await self._read_roster()
        looks: dict[CopyId, Look] = {}
        for found in await asyncio.gather(*(self._look_at(service) for service in SERVICES)):
            looks |= found
        for event in self.policy.observe(looks, time.monotonic()):
            self.begin(event)
        self.looked_at = time.monotonic()

    def begin(self, event: Event) -> asyncio.Task[None]:
        return self.actions.begin(event, self._done)

    def _done(self, event: Event) -> None:
        self.events.append(event)
        if event.kind in {"restart", "planned"}:
            self._ours[event.copy] = time.monotonic()
        self.totals[event.service, event.kind] += 1

    async def _read_roster(self) -> None:
        try:
            async with asyncio.timeout(ROSTER_S):
                self._roster = await self.restarter.copies()
        except (RestartError, TimeoutError) as error:
            log.warning("roster_unknown", error=f"{type(error).__name__}: {error}")

    async def _look_at(self, service: str) -> dict[CopyId, Look]:
        addresses = await self.probes[service].addresses()
        copies = [copy for copy in self._roster if copy.service == service]
        strangers = [one for one in addresses if not any(copy.serves(one) for copy in copies)]
        if not copies and not addresses:
            return {CopyId(service, ""): Look(Failure("there is no copy of it", Weight.NOTICE))}
        looks = await asyncio.gather(
            *(self._look(copy, [one for one in addresses if copy.serves(one)]) for copy in copies),
            *(self._look(Copy(service, address, frozenset()), [address]) for address in strangers),
        )
        names = [copy.name for copy in copies] + strangers
        return {CopyId(service, name): look for name, look in zip(names, looks, strict=True)}

    async def _look(self, copy: Copy, addresses: Sequence[str]) -> Look:
        restarted = self._was_restarted(copy)
        if copy.ending or copy.name in self.actions.held:
            return Look(Unknown())
        if copy.stopped or not addresses:
            failure = Failure("it does not run" if copy.age_s is None else "it runs, but its name does not lead to it")
            return Look(failure, copy.starting, copy.stopped, restarted)
        sight = await self._broken(copy) or await self._check(copy.service, addresses[0])
        return Look(sight, copy.starting, restarted=restarted)

    async def _broken(self, copy: Copy) -> Failure | None:
        """Where it can be seen: whether processes of it are dead or frozen that only a restart of all brings back."""
        if copy.service not in WITH_PROCESSES or copy.age_s is None:
            return None
        try:
            async with asyncio.timeout(ROSTER_S):
                reason = await self.restarter.broken(copy.name)
        except (RestartError, TimeoutError) as error:
            log.warning("processes_unknown", copy=copy.name, error=f"{type(error).__name__}: {error}")
            return None
        return Failure(reason) if reason else None

    def _was_restarted(self, copy: Copy) -> bool:
        """By Docker, supervisord or a person: it is younger than it was."""
        known, last = copy.name in self._ages, self._ages.get(copy.name)
        self._ages[copy.name] = copy.age_s
        if not known or copy.age_s is None or (last is not None and last <= copy.age_s):
            return False
        return time.monotonic() - copy.age_s > self._ours.get(copy.name, float("-inf")) + OURS_S

    async def _check(self, service: str, address: str) -> Sight:
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self.probes[service].check(address)
        except TimeoutError:
            return Failure(f"no answer within {self.timeout_s:g} s")
        except ProbeError as error:
            return Failure(str(error))
