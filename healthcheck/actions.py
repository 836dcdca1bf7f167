"""Does what was decided, beside the rounds, and tells of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from healthcheck.alerts import Alerts
from healthcheck.policy import Event
from healthcheck.restarter import Restarter, RestartError

LONGEST_S = 180.0
"""An action that takes longer than a drained restart may has failed."""

Deed = Callable[[Restarter, str], Awaitable[None]]

DEEDS: dict[str, Deed] = {
    "restart": lambda restarter, copy: restarter.restart(copy),
    "planned": lambda restarter, copy: restarter.drain(copy),
    "gave_up": lambda restarter, copy: restarter.give_up(copy),
}
"""What is done for which event; the others are only told."""

DRY = {"restart": "would_restart", "planned": "would_plan", "gave_up": "gave_up"}
"""What is told of an event in a dry run."""


@dataclass
class Actions:
    """`held` are the names of the copies that something is being done to: what they show meanwhile says nothing.

    `dry_run` tells, but does nothing.
    """

    restarter: Restarter
    alerts: Alerts
    dry_run: bool = False
    held: set[str] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def begin(self, event: Event, done: Callable[[Event], None]) -> asyncio.Task[None]:
        """`done` is called with what is told in the end."""
        if event.kind in DEEDS:
            self.held.add(event.copy)
        task = asyncio.create_task(self._run(event, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def settle(self) -> None:
        """Return when all that was begun has been done."""
        await asyncio.gather(*self._tasks)

    async def _run(self, event: Event, done: Callable[[Event], None]) -> None:
        told = event
        if event.kind in DEEDS:
            try:
                told = await self._do(event, DEEDS[event.kind])
            finally:
                self.held.discard(event.copy)
        done(told)
        self.alerts.tell(told)

    async def _do(self, event: Event, deed: Deed) -> Event:
        if self.dry_run:
            return event._replace(kind=DRY[event.kind])
        try:
            async with asyncio.timeout(LONGEST_S):
                await deed(self.restarter, event.copy)
        except (RestartError, TimeoutError) as error:
            kind = event.kind if event.kind == "gave_up" else "restart_failed"
            return event._replace(kind=kind, reason=f"{event.reason}; {type(error).__name__}: {error}")
        return event
