"""The guard of what engines say: a take that surely is not the text is heard by nobody."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b

import structlog

from api.engine.engine import Speech, Utterance
from api.engine.errors import BadTakeError
from api.metrics import Metrics
from api.synthesis.faults import fault_of
from api.synthesis.queue import Engines

log = structlog.get_logger()

TAKES = 3


class Guard:
    """Implements Engines, by others, which it makes speak again with another seed where a take is bad.

    The same utterance with the same seed gives the same samples, whichever take it was.
    """

    def __init__(self, engines: Engines, metrics: Metrics) -> None:
        self._engines = engines
        self._metrics = metrics

    @property
    def room(self) -> int:
        return self._engines.room

    def watch(self, on_room: Callable[[], None]) -> None:
        self._engines.watch(on_room)

    async def speak(self, utterance: Utterance, work: float, timeout_s: float) -> Speech:
        """The first good take, each of which may last `timeout_s`; `BadTakeError` if there is none."""
        *others, last = _takes(utterance)
        for take in others:
            with suppress(BadTakeError):
                return await self._noted(take, work, timeout_s)
        return await self._noted(last, work, timeout_s)

    async def _noted(self, take: Utterance, work: float, timeout_s: float) -> Speech:
        try:
            return await self._judged(take, work, timeout_s)
        except BadTakeError as error:
            self._metrics.bad_takes.labels(error.fault).inc()
            log.warning("bad_take", fault=error.fault, characters=len(take.text), seed=take.seed)
            raise

    async def _judged(self, take: Utterance, work: float, timeout_s: float) -> Speech:
        speech = await self._engines.speak(take, work, timeout_s)
        if fault := await asyncio.to_thread(fault_of, take, speech):
            raise BadTakeError(fault)
        return speech


def _takes(utterance: Utterance) -> Iterator[Utterance]:
    """With the seed that was asked for, then with others that follow from it. No seed means 0 to an engine."""
    yield utterance
    for take in range(1, TAKES):
        digest = blake2b(f"{utterance.seed or 0}/{take}".encode(), digest_size=7).digest()
        yield replace(utterance, seed=int.from_bytes(digest))
