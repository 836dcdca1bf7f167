"""`POST /v1/tts/stream`: a text → its speech, sent while it is made."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import cast

from quart import Blueprint, Response, request

from api import errors
from api import exchange as exchanges
from api.auth.authenticator import Authenticator
from api.body import read_json
from api.exchange import Exchange
from api.metrics import Metrics
from api.problems import Language, Refusal, render
from api.synthesis.calls import Desk
from api.synthesis.synthesizer import Sound
from api.synthesis.trail import Trail, Trails
from api.views.bodies import parse_stream
from api.views.forms import FORMS, Fields, Stream
from api.views.tts import SENDING_S, run


@dataclass(frozen=True)
class StreamView:
    authenticator: Authenticator
    desk: Desk
    trails: Trails
    metrics: Metrics
    voice: str
    max_characters: int

    async def stream(self) -> Response:
        exchange = exchanges.current()
        trail = self.trails.begin(exchange)
        principal = trail.principal = await self.authenticator.authenticate(request.headers.get("Authorization"))
        speech, encoding, form = parse_stream(await read_json(request), self.voice, self.max_characters)
        trail.speech = speech
        desk_call = self.desk.call(principal, speech, exchange.id, exchange.waited_s, stream=True)
        call = await exchange.exits.enter_async_context(desk_call)
        sounds = await exchange.exits.enter_async_context(aclosing(call.sounds()))
        first = await anext(sounds)  # what goes wrong before it has a status of its own
        stream = FORMS[form](encoding, first.speech.sample_rate)
        language = errors.language()
        body = self._body(stream, first, sounds, trail, partial(_tell, exchange, language))
        response = Response(body, content_type=stream.media_type, headers=call.headers)
        response.timeout = None  # there is no telling how long the reader takes to listen
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
                data = await run(stream, partial(stream.add, sound))
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
        self.metrics.audio_seconds.inc(stream.seconds - (trail.audio_s or 0.0))
        trail.audio_s = stream.seconds


def blueprint(view: StreamView) -> Blueprint:
    routes = Blueprint("stream", __name__)

    @routes.post("/v1/tts/stream")
    async def stream() -> Response:
        return await view.stream()

    return routes


def _tell(exchange: Exchange, language: Language, refusal: Refusal) -> Fields:
    """What is told of an error in the middle, and noted of it."""
    exchange.error, exchange.code = refusal, refusal.problem.code
    return render(refusal, language, exchange.id)


class Reader:
    """Of a stream: one that is waited for longer than the audio lasts, and `SENDING_S`, is cut off."""

    def __init__(self) -> None:
        self._waited_s = 0.0

    @contextmanager
    def waited_for(self, audio_s: float) -> Iterator[None]:
        """While a piece is sent, by this task, of a stream that has lasted for so many seconds."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None, "a body is sent by a task"  # noqa: S101 - for the types
        began = loop.time()
        timer = loop.call_later(audio_s + SENDING_S - self._waited_s, task.cancel)
        try:
            yield
        finally:
            timer.cancel()
            self._waited_s += loop.time() - began
