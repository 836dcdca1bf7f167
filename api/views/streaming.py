"""Sends speech while it is made, in whatever form."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
from quart import Response

from api import errors
from api import exchange as exchanges
from api.exchange import Exchange
from api.problems import Refusal
from api.synthesis.pace import STREAM_AHEAD
from api.synthesis.synthesizer import Sound
from api.synthesis.trail import Trail
from api.views.forms import Fields, Stream, stream_of
from api.views.parsing import Asked
from api.views.tts import SENDING_S, USUAL_RATE, run, take
from api.wiring import Services

SEGMENT_S = 10.0
"""What most segments last at most."""


@dataclass(frozen=True)
class Streamer:
    services: Services

    async def answer(self, parse: Callable[[dict[str, Any]], Asked]) -> Response:
        """Answers the current request, whose body `parse` reads, when the first sound is there; or `Refusal`."""
        exchange, order = exchanges.current(), await take(self.services, parse, _held_bytes, stream=True)
        sounds = await exchange.exits.enter_async_context(aclosing(order.call.sounds()))
        first = await anext(sounds)
        stream = stream_of(order.asked, first.speech.sample_rate)
        body = self._body(stream, first, sounds, order.trail, partial(_tell, exchange, errors.teller()))
        headers = {**order.call.headers, **order.asked.headers}
        response = Response(body, content_type=stream.media_type, headers=headers)
        response.timeout = None  # `Reader` counts how long it is waited for
        return response

    async def _body(
        self,
        stream: Stream,
        first: Sound,
        sounds: AsyncIterator[Sound],
        trail: Trail,
        tell: Callable[[Refusal], Fields],
    ) -> AsyncGenerator[bytes, None]:
        reader, sound = Reader(), cast(Sound | None, first)
        try:
            while sound:
                parts = stream.add(sound)
                while (data := await run(stream, partial(next, parts, None))) is not None:
                    self._count(stream, trail)
                    with reader.waited_for(stream.seconds):
                        yield data
                sound = await anext(sounds, None)
            yield await run(stream, stream.finish)
        except Refusal as refusal:
            last_words = stream.fail(tell(refusal))
            if last_words is None:
                raise
            yield last_words

    def _count(self, stream: Stream, trail: Trail) -> None:
        self.services.metrics.audio_seconds.inc(stream.seconds - (trail.audio_s or 0.0))
        trail.audio_s = stream.seconds


HELD_BYTES = round(STREAM_AHEAD * SEGMENT_S * USUAL_RATE * np.dtype(np.float32).itemsize)
"""The waveforms of a stream that are made and not taken, at most."""


def _held_bytes(asked: Asked) -> int:
    return min(HELD_BYTES, round(asked.speech.most_seconds * USUAL_RATE * np.dtype(np.float32).itemsize))


def _tell(exchange: Exchange, teller: Callable[[Refusal], Fields], refusal: Refusal) -> Fields:
    """What is told of an error in the middle, and noted of it."""
    exchange.error, exchange.code = refusal, refusal.problem.code
    return teller(refusal)


class Reader:
    """Of a stream: one that is waited for longer than the audio lasts, and `SENDING_S`, is cut off."""

    def __init__(self) -> None:
        self._waited_s = 0.0

    @contextmanager
    def waited_for(self, audio_s: float, task: asyncio.Task[Any] | None = None) -> Iterator[None]:
        """While a piece is sent, by this task or for that one, of a stream that has lasted for so many seconds."""
        loop, task = asyncio.get_running_loop(), task or asyncio.current_task()
        assert task is not None, "a body is sent by a task"  # noqa: S101 - for the types
        began = loop.time()
        timer = loop.call_later(audio_s + SENDING_S - self._waited_s, task.cancel)
        try:
            yield
        finally:
            timer.cancel()
            self._waited_s += loop.time() - began
