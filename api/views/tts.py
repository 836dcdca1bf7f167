"""`POST /tts`: a text → one file."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from quart import Blueprint, Response, request

from api import exchange as exchanges
from api.audio.encoder import Encoder, FileEncoder
from api.audio.formats import Encoding
from api.audio.memory import Held
from api.metrics import Metrics
from api.synthesis.calls import Call
from api.synthesis.synthesizer import Sound
from api.synthesis.trail import Trail
from api.synthesis.voices import Voices
from api.views.forms import Stream
from api.views.parsing import Asked, parse, parsed
from api.wiring import Services

Result = TypeVar("Result")

SENDING_S = 30.0
"""A client that takes longer than the audio lasts, and this, is cut off: it could not play it as it comes."""

USUAL_RATE = 24000
"""Samples a second of most engines; what an answer will take is estimated by it."""


@dataclass(frozen=True)
class TtsView:
    services: Services
    voices: Voices
    max_characters: int

    async def speak(self) -> Response:
        services = self.services
        parse_body = partial(parse, voices=self.voices, max_characters=self.max_characters)
        order = await take(services, parse_body, estimated_bytes)
        encoding = order.asked.encoding
        encoder, pieces = await encode(order.call, encoding, order.trail, services.metrics)
        headers = {
            "Content-Disposition": f'inline; filename="speech.{encoding.format.name}"',
            "X-Audio-Duration": str(order.trail.audio_s),
            "X-Audio-Sample-Rate": str(encoder.rate),
        }
        return whole(order, pieces, encoding.format.media_type, encoder.seconds, headers)


def blueprint(view: TtsView) -> Blueprint:
    routes = Blueprint("tts", __name__)

    @routes.post("/tts")
    @routes.post("/v1/tts")
    async def tts() -> Response:
        return await view.speak()

    return routes


@dataclass(frozen=True)
class Order:
    """An answer that was asked for, and the call that makes it."""

    asked: Asked
    call: Call
    trail: Trail
    held: Held


async def take(
    services: Services,
    parse: Callable[[dict[str, Any]], Asked],
    bytes_of: Callable[[Asked], int],
    *,
    stream: bool = False,
) -> Order:
    """Take the call that the current request, whose body `parse` reads, asks for, or `Refusal`.

    `bytes_of` is what its answer takes at most.
    """
    exchange = exchanges.current()
    trail = services.trails.begin(exchange)
    principal = trail.principal = await services.authenticator.authenticate(request.headers.get("Authorization"))
    asked = (await parsed(request, parse)).labelled(services.labels, exchange.id)
    asked = asked.glossed(await services.glossaries.spoken(principal.account.name))
    trail.speech, trail.produce_id = asked.speech, exchange.id if asked.encoding.label else None
    held = exchange.exits.enter_context(services.memory.hold(bytes_of(asked)))
    desk_call = services.desk.call(principal, asked.speech, exchange.id, exchange.waited_s, stream=stream)
    return Order(asked, await exchange.exits.enter_async_context(desk_call), trail, held)


def whole(order: Order, pieces: deque[bytes], media_type: str, audio_s: float, headers: Mapping[str, str]) -> Response:
    """An answer in pieces, which are forgotten as they are sent."""
    size = sum(map(len, pieces))
    order.held.resize(size)
    headers = {**order.call.headers, **order.asked.headers, "Content-Length": str(size), **headers}
    response = Response(_body(pieces, order.held), content_type=media_type, headers=headers)
    response.timeout = audio_s + SENDING_S
    return response


async def encode(
    call: Call, encoding: Encoding, trail: Trail, metrics: Metrics, hear: Callable[[Sound], None] = lambda _: None
) -> tuple[FileEncoder, deque[bytes]]:
    """A call's file in pieces, and its encoder: how long it is has been noted and counted.

    Its sounds are encoded as they come, and each is shown to `hear`; the first has decided the sample rate, if the
    caller has not.
    """
    encoder: FileEncoder | None = None
    async with aclosing(call.sounds()) as sounds:
        async for sound in sounds:
            hear(sound)
            speech, pause_s = sound.speech, sound.segment.pause_s
            encoder = encoder or FileEncoder(encoding, speech.sample_rate)
            await run(encoder, partial(encoder.write, speech.waveform, speech.sample_rate, pause_s))
    assert encoder is not None, "a call without a sound ends in a Refusal"  # noqa: S101 - for the types
    pieces = await run(encoder, encoder.finish)
    trail.audio_s = round(encoder.seconds, 3)
    metrics.audio_seconds.inc(encoder.seconds)
    return encoder, pieces


async def run(encoder: Encoder | Stream, work: Callable[[], Result]) -> Result:
    return work() if encoder.in_no_time else await asyncio.to_thread(work)


async def _body(pieces: deque[bytes], held: Held) -> AsyncIterator[bytes]:
    while pieces:
        piece = pieces.popleft()
        size = len(piece)
        yield piece
        held.sent(size)


def estimated_bytes(asked: Asked) -> int:
    """Of a whole answer, at most."""
    return round(asked.speech.most_seconds * asked.encoding.bytes_per_s(USUAL_RATE))
