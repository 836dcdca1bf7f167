"""Does what was decided, beside the rounds, and tells of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from healthcheck.alerts import Alerts
from healthcheck.policy import Event
from healthcheck.restarter import Restarter, RestartError

LONGEST_S = 180.0
"""An action that takes longer than a drained restart may has failed."""

DRY = {"restart": "would_restart", "planned": "would_plan"}
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
        task = asyncio.create_task(self._run(event, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if event.kind in {"restart", "planned", "gave_up"}:
            self.held.add(event.copy)
        return task

    async def settle(self) -> None:
        """Return when all that was begun has been done."""
        await asyncio.gather(*self._tasks)

    async def _run(self, event: Event, done: Callable[[Event], None]) -> None:
        try:
            told = await self._do(event)
        finally:
            self.held.discard(event.copy)
        done(told)
        self.alerts.tell(told)

    async def _do(self, event: Event) -> Event:
        deeds: dict[str, Callable[[str], Awaitable[None]]] = {
            "restart": self.restarter.restart,
            "planned": self.restarter.drain,
            "gave_up": self.restarter.give_up,
        }
        if event.kind not in deeds:
            return event
        if self.dry_run:
            return event._replace(kind=DRY.get(event.kind, event.kind))
        try:
            async with asyncio.timeout(LONGEST_S):
                await deeds[event.kind](event.copy)
        except (RestartError, TimeoutError) as error:
            kind = event.kind if event.kind == "gave_up" else "restart_failed"
            return event._replace(kind=kind, reason=f"{event.reason}; {type(error).__name__}: {error}")
        return event
