"""Planned restarts of Triton: one copy after the other, each drained, beside the rounds."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from healthcheck.policy import CopyId, Event
from healthcheck.usage import UsageError
from healthcheck.watch import Watch

log = structlog.get_logger()

EVERY_S = 5.0
START_S = 600.0
"""How long the next copy waits for the last to be well again."""

Due = Callable[[], Awaitable[str]]


@dataclass
class Upkeep:
    """`due` says why Triton is to be restarted though it is well, or nothing, or raises `UsageError`."""

    watch: Watch
    due: Due
    every_s: float = EVERY_S

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self.every_s)
            await self.look()

    async def look(self) -> None:
        """A Triton of which a copy fails has other cares."""
        tritons = self._tritons()
        if not tritons or not all(map(self._is_well, tritons)):
            return
        try:
            reason = await self.due()
        except UsageError as error:
            log.warning("usage_unknown", error=str(error))
            return
        if reason:
            for copy in tritons:
                await self._restart(copy, reason)

    async def _restart(self, copy: CopyId, reason: str) -> None:
        self.watch.policy.expect_restart(copy)
        await self.watch.begin(Event("planned", *copy, reason))
        try:
            async with asyncio.timeout(START_S):
                while not self._is_well(copy):  # noqa: ASYNC110 - the rounds tell nobody
                    await asyncio.sleep(self.every_s / 5)
        except TimeoutError:
            log.warning("planned_restart_slow", copy=copy.name)

    def _tritons(self) -> list[CopyId]:
        return [copy for copy in self.watch.policy.histories if copy.service == "triton"]

    def _is_well(self, copy: CopyId) -> bool:
        history = self.watch.policy.histories.get(copy)
        return self.watch.actions.dry_run or (history is not None and history.healthy)
