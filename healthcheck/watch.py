"""The loop: probe, decide, restart, tell."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from healthcheck.alerts import Alerts
from healthcheck.policy import ORDER, Event, Failure, Policy, Sight, Unknown
from healthcheck.probes import BusyError, DeadProcessError, Probe, ProbeError
from healthcheck.restarter import Restarter, RestartError
from healthcheck.usage import UsageError

log = structlog.get_logger()

KEPT_EVENTS = 20

DRY = {"restart": "would_restart", "planned": "would_plan", "gave_up": "gave_up"}
"""What is told of an event in a dry run."""

Due = Callable[[], Awaitable[str]]


@dataclass
class Watch:
    """`due` says why Triton is to be restarted though it is well, or nothing, or raises `UsageError`.

    `dry_run` decides and tells, but restarts nothing. `totals` counts events by service and kind.
    """

    probes: Mapping[str, Probe]
    policy: Policy
    restarter: Restarter
    alerts: Alerts
    timeout_s: float
    due: Due | None = None
    dry_run: bool = False
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    totals: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def run(self, interval_s: float) -> None:
        while True:
            await self.round()
            await asyncio.sleep(interval_s)

    async def round(self) -> None:
        """Probe everything once and do what follows."""
        seen = await asyncio.gather(*(self._see(self.probes[service]) for service in ORDER))
        sights = dict(zip(ORDER, seen, strict=True))
        for service, sight in sights.items():
            if isinstance(sight, Failure) and await self._is_starting(service, sight.address):
                self.policy.excuse(service, time.monotonic())
        for event in self.policy.observe(sights, time.monotonic()):
            await self._act(event)
        await self._keep_plan()

    async def _is_starting(self, service: str, address: str) -> bool:
        try:
            return await self.restarter.is_starting(service, address)
        except RestartError:
            return False

    async def _keep_plan(self) -> None:
        if self.due is None or not self.policy.histories["triton"].healthy:
            return
        try:
            reason = await self.due()
        except UsageError as error:
            log.warning("usage_unknown", error=str(error))
            return
        if reason:
            self.policy.expect_restart("triton", time.monotonic())
            await self._act(Event("planned", "triton", reason))

    async def _see(self, probe: Probe) -> Sight:
        """What the copies of a service show: a failure before anything else."""
        try:
            copies = await probe.copies()
        except ProbeError as error:
            return Failure(str(error))
        sights = await asyncio.gather(*(self._check(probe, address) for address in copies))
        for kind in (Failure, Unknown):
            for sight in sights:
                if isinstance(sight, kind):
                    return sight
        return None

    async def _check(self, probe: Probe, address: str) -> Sight:
        try:
            async with asyncio.timeout(self.timeout_s):
                await probe.check(address)
        except TimeoutError:
            return Failure(f"no answer within {self.timeout_s:g} s", address)
        except ProbeError as error:
            return Failure(str(error), address, lasting=isinstance(error, DeadProcessError))
        except BusyError:
            return Unknown()
        return None

    async def _act(self, event: Event) -> None:
        event = await self._do(event)
        self.events.append(event)
        self.totals[event.service, event.kind] += 1
        await self.alerts.tell(event)

    async def _do(self, event: Event) -> Event:
        """Do what the event says; what is to be told of it then."""
        actions = {
            "restart": lambda: self.restarter.restart(event.service, event.address),
            "planned": lambda: self.restarter.drain(event.service),
            "gave_up": lambda: self.restarter.give_up(event.service),
        }
        if event.kind not in actions:
            return event
        if self.dry_run:
            return replace(event, kind=DRY[event.kind])
        try:
            await actions[event.kind]()
        except RestartError as error:
            kind = event.kind if event.kind == "gave_up" else "restart_failed"
            return replace(event, kind=kind, reason=f"{event.reason}; {error}")
        return event
