"""A restarter that only takes notes."""

import asyncio
from dataclasses import dataclass, field

from healthcheck.restarter import Copy, RestartError

TRITON = Copy("triton", "triton-1", frozenset({"127.0.0.1"}), age_s=100.0)


@dataclass
class FakeRestarter:
    """Implements healthcheck.restarter.Restarter; `done` is what was asked of it, with the copy."""

    roster: list[Copy] = field(default_factory=lambda: [TRITON])
    memory: float = 0.0
    dead: str = ""
    done: list[tuple[str, str]] = field(default_factory=list)
    error: RestartError | None = None
    delay_s: float = 0.0

    async def copies(self) -> list[Copy]:
        return self.roster

    async def restart(self, name: str) -> None:
        await self._note("restart", name)

    async def drain(self, name: str) -> None:
        await self._note("drain", name)

    async def give_up(self, name: str) -> None:
        await self._note("give_up", name)

    async def broken(self, _name: str) -> str:
        return self.dead

    async def memory_mb(self, _name: str) -> float:
        if self.error:
            raise self.error
        return self.memory

    async def _note(self, what: str, name: str) -> None:
        await asyncio.sleep(self.delay_s)
        if self.error:
            raise self.error
        self.done.append((what, name))
