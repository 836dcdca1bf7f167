"""Several engines as one: turn by turn, past those that are away."""

import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from api import problems
from api.engine.engine import Capabilities, Engine, Utterance
from api.problems import Refusal
from api.synthesis.audio import Waveform

Answer = TypeVar("Answer")

AWAY_S = 1.0  # how long an engine that did not answer is left alone while others do
AWAY = (problems.ENGINE_UNAVAILABLE, problems.SYNTHESIS_TIMEOUT)


@dataclass
class _Member:
    engine: Engine
    away_until: float = 0.0


class EnginePool:
    """Implements Engine. Asks the next engine where one is away: speech asked for twice does no harm.

    Where one is overloaded, one more is asked, not all: that would be a storm just when there is too much to do. A
    timeout is passed on to the caller, whose time is up, too.
    """

    def __init__(self, engines: Iterable[Engine], clock: Callable[[], float] = time.monotonic) -> None:
        self._members = deque(_Member(engine) for engine in engines)
        self._clock = clock

    async def capabilities(self) -> Capabilities:
        return await self._ask(lambda engine: engine.capabilities())

    async def speak(self, utterance: Utterance) -> Waveform:
        self._members.rotate(-1)  # only here: a call for capabilities and one for speech would always meet the same two
        return await self._ask(lambda engine: engine.speak(utterance))

    async def close(self) -> None:
        for member in self._members:
            await member.engine.close()

    async def _ask(self, question: Callable[[Engine], Awaitable[Answer]]) -> Answer:
        waiting, overloaded = deque(self._in_order()), False
        while True:
            member = waiting.popleft()
            try:
                return await question(member.engine)
            except Refusal as error:
                if error.problem in AWAY:
                    member.away_until = self._clock() + AWAY_S
                if not waiting or overloaded or not _may_go_elsewhere(error):
                    raise
                overloaded = error.problem is problems.OVERLOADED

    def _in_order(self) -> list[_Member]:
        """All; those that are away come last, in case all are."""
        now = self._clock()
        return sorted(self._members, key=lambda member: now < member.away_until)


def _may_go_elsewhere(error: Refusal) -> bool:
    return error.problem in {problems.ENGINE_UNAVAILABLE, problems.OVERLOADED}
