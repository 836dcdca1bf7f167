"""Waits for an engine that is being restarted, instead of passing its absence on to the caller."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from api import problems
from api.engine.engine import Capabilities, Engine, Utterance
from api.problems import Refusal
from api.synthesis.audio import Waveform

Answer = TypeVar("Answer")

PAUSE_S = 0.25


class PatientEngine:
    """Implements Engine. Asks again for up to `patience_s` while the engine is away: asking twice does no harm.

    An engine that is overloaded is not asked again: that would be more of what there is too much of.
    """

    def __init__(self, engine: Engine, patience_s: float) -> None:
        self._engine = engine
        self._patience_s = patience_s

    async def capabilities(self) -> Capabilities:
        return await self._ask(self._engine.capabilities)

    async def speak(self, utterance: Utterance) -> Waveform:
        return await self._ask(lambda: self._engine.speak(utterance))

    async def close(self) -> None:
        await self._engine.close()

    async def _ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer:
        give_up = time.monotonic() + self._patience_s
        while True:
            try:
                return await question()
            except Refusal as error:
                if error.problem is not problems.ENGINE_UNAVAILABLE or time.monotonic() >= give_up:
                    raise
            await asyncio.sleep(PAUSE_S)
