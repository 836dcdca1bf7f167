"""A whole text through an engine: segments a few at a time, waveforms in order."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

from api import problems
from api.problems import Refusal
from api.metrics import Metrics
from api.synthesis.audio import Waveform
from api.engine.engine import Engine, Utterance
from api.synthesis.request import SpeechRequest
from api.synthesis.segments import Segment, cut

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Sound:
    """One segment, spoken, and the pause before the next."""

    waveform: Waveform
    sample_rate: int
    pause_s: float


class Synthesizer:
    def __init__(self, engine: Engine, in_flight: int, metrics: Metrics) -> None:
        self._engine = engine
        self._in_flight = in_flight
        self._metrics = metrics

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[Sound, None]:
        """The sounds of a text as they become ready, in order; to stop early, close the generator."""
        engine = await self._engine.capabilities()
        spoken = False

        def work(segment: Segment) -> Coroutine[Any, Any, Waveform | None]:
            return self._speak(Utterance(segment.text, request.emotion, request.speed))

        segments = cut(request.text, engine.max_segment_characters, request.speed)
        async with aclosing(in_order(work, segments, self._in_flight)) as waveforms:
            async for segment, waveform in waveforms:
                if waveform is not None:
                    spoken = True
                    yield Sound(waveform, engine.sample_rate, segment.pause_s)
        if not spoken:
            raise Refusal(problems.NOTHING_TO_SPEAK)

    async def _speak(self, utterance: Utterance) -> Waveform | None:
        """None for a segment with nothing to pronounce, such as one of symbols only: the others may have some."""
        try:
            with self._metrics.segments_in_flight.track_inprogress():
                return await self._engine.speak(utterance)
        except Refusal as error:
            if error.problem is problems.NOTHING_TO_SPEAK:
                return None
            self._metrics.engine_errors.labels(error.problem.code).inc()
            raise


async def in_order(
    work: Callable[[Item], Coroutine[Any, Any, Result]], items: Iterable[Item], width: int
) -> AsyncGenerator[tuple[Item, Result], None]:
    """Each item and its result, at most `width` being worked on; closing it cancels what is under way."""
    waiting: deque[tuple[Item, asyncio.Task[Result]]] = deque()
    try:
        for item in items:
            waiting.append((item, asyncio.create_task(work(item))))
            if len(waiting) == width:
                yield waiting[0][0], await waiting[0][1]
                waiting.popleft()
        while waiting:
            yield waiting[0][0], await waiting[0][1]
            waiting.popleft()
    finally:
        for _, task in waiting:
            task.cancel()
        await asyncio.gather(*(task for _, task in waiting), return_exceptions=True)
