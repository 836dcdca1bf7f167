"""The loop: probe, decide, restart, tell."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from healthcheck.alerts import Alerts
from healthcheck.policy import ORDER, Event, Failure, Policy, Sight, Unknown
from healthcheck.probes import BusyError, DeadProcessError, ProbeError
from healthcheck.restarters import Restarter, RestartError

KEPT_EVENTS = 20

Probe = Callable[[], Awaitable[None]]


@dataclass
class Watch:
    """`dry_run` decides and tells, but restarts nothing. `totals` counts events by service and kind."""

    probes: Mapping[str, Probe]
    policy: Policy
    restarter: Restarter
    alerts: Alerts
    timeout_s: float
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
        for event in self.policy.observe(dict(zip(ORDER, seen, strict=True)), time.monotonic()):
            await self._act(event)

    async def _see(self, probe: Probe) -> Sight:
        try:
            async with asyncio.timeout(self.timeout_s):
                await probe()
        except TimeoutError:
            return Failure(f"no answer within {self.timeout_s:g} s")
        except ProbeError as error:
            return Failure(str(error), lasting=isinstance(error, DeadProcessError))
        except BusyError:
            return Unknown()
        return None

    async def _act(self, event: Event) -> None:
        if event.kind == "restart":
            event = await self._restart(event)
        self.events.append(event)
        self.totals[event.service, event.kind] += 1
        await self.alerts.tell(event)

    async def _restart(self, event: Event) -> Event:
        if self.dry_run:
            return replace(event, kind="would_restart")
        try:
            await self.restarter.restart(event.service)
        except RestartError as error:
            return replace(event, kind="restart_failed", reason=f"{event.reason}; {error}")
        return event
