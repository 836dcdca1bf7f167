"""`POST /tts`: a text → one file."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from quart import Blueprint, Response, request

from api import exchange as exchanges
from api.audio.encoder import Encoder, FileEncoder
from api.audio.formats import Encoding
from api.audio.memory import Held
from api.body import read_json
from api.metrics import Metrics
from api.synthesis.calls import Call
from api.synthesis.trail import Trail
from api.synthesis.voices import Voices
from api.views.bodies import Asked, parse
from api.views.forms import Stream
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
        exchange, services = exchanges.current(), self.services
        trail = services.trails.begin(exchange)
        principal = trail.principal = await services.authenticator.authenticate(request.headers.get("Authorization"))
        asked = parse(await read_json(request), self.voices, self.max_characters)
        trail.speech, encoding = asked.speech, asked.encoding
        held = exchange.exits.enter_context(services.memory.hold(estimated_bytes(asked)))
        call = await exchange.exits.enter_async_context(
            services.desk.call(principal, asked.speech, exchange.id, exchange.waited_s)
        )
        encoder, pieces = await encode(call, encoding, trail, services.metrics)
        size = sum(map(len, pieces))
        held.resize(size)
        headers = {
            **call.headers,
            "Content-Length": str(size),
            "Content-Disposition": f'inline; filename="speech.{encoding.format.name}"',
            "X-Audio-Duration": str(trail.audio_s),
            "X-Audio-Sample-Rate": str(encoder.rate),
        }
        response = Response(_body(pieces, held), content_type=encoding.format.media_type, headers=headers)
        response.timeout = encoder.seconds + SENDING_S
        return response


def blueprint(view: TtsView) -> Blueprint:
    routes = Blueprint("tts", __name__)

    @routes.post("/tts")
    @routes.post("/v1/tts")
    async def tts() -> Response:
        return await view.speak()

    return routes


async def encode(call: Call, encoding: Encoding, trail: Trail, metrics: Metrics) -> tuple[FileEncoder, deque[bytes]]:
    """A call's file in pieces, and its encoder: how long it is has been noted and counted.

    Its sounds are encoded as they come; the first has decided the sample rate, if the caller has not.
    """
    encoder: FileEncoder | None = None
    async with aclosing(call.sounds()) as sounds:
        async for sound in sounds:
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
