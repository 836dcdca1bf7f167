"""Engines behind the queue that speak when a test tells them to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from api.engine.engine import Speech, Utterance


@dataclass
class ManualEngines:
    """Takes `slots` segments at a time; `asked` holds the texts in the order in which they came."""

    slots: int = 1
    asked: list[str] = field(default_factory=list)
    timeouts: list[float] = field(default_factory=list)
    on_room: list[Callable[[], None]] = field(default_factory=list)
    _waiting: dict[str, asyncio.Future[None]] = field(default_factory=dict)

    @property
    def room(self) -> int:
        return self.slots - len(self._waiting)

    def watch(self, on_room: Callable[[], None]) -> None:
        self.on_room.append(on_room)

    async def speak(self, utterance: Utterance, work: float, timeout_s: float) -> Speech:
        self.asked.append(utterance.text)
        self.timeouts.append(timeout_s)
        self._waiting[utterance.text] = asyncio.get_running_loop().create_future()
        try:
            await self._waiting[utterance.text]
        finally:
            del self._waiting[utterance.text]
        return Speech(np.full(round(work), 0.5, np.float32), 24000)

    async def finish(self, text: str = "", error: Exception | None = None) -> None:
        """Let one segment, by default the oldest, end in speech or in an error, and let the queue act on it."""
        future = self._waiting[text or next(iter(self._waiting))]
        if error:
            future.set_exception(error)
        else:
            future.set_result(None)
        await settle()


async def settle() -> None:
    """Let everything happen that can happen without waiting."""
    for _ in range(10):
        await asyncio.sleep(0)
