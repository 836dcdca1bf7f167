"""`POST /tts`: a text → one WAV. `GET /v1/limits`: what is left of the caller's limits."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from quart import Blueprint, Response, request

from api import exchange as exchanges
from api.auth.authenticator import Authenticator
from api.body import read_json
from api.metrics import Metrics
from api.synthesis import audio
from api.synthesis.audio import AudioMemory, Held, Wav
from api.synthesis.calls import Call, Desk
from api.synthesis.request import SpeechRequest, parse
from api.synthesis.trail import Trails

SENDING_S = 30.0
"""A client that takes longer than the audio lasts, and this, is cut off: it could not play it as it comes."""

BYTES_PER_CHARACTER = 16_000
"""At normal speed: a third of a second at 24 kHz, more than most characters take."""


@dataclass(frozen=True)
class TtsView:
    authenticator: Authenticator
    desk: Desk
    trails: Trails
    memory: AudioMemory
    metrics: Metrics
    voice: str
    max_characters: int

    async def speak(self) -> Response:
        exchange = exchanges.current()
        trail = self.trails.begin(exchange)
        principal = trail.principal = await self.authenticator.authenticate(request.headers.get("Authorization"))
        speech = trail.speech = parse(await read_json(request), self.voice, self.max_characters)
        held = exchange.exits.enter_context(self.memory.hold(_estimated_bytes(speech)))
        call = await exchange.exits.enter_async_context(
            self.desk.call(principal, speech, exchange.id, exchange.waited_s)
        )
        wav = await _collect(call)
        held.resize(len(wav))
        trail.audio_s = round(wav.seconds, 3)
        self.metrics.audio_seconds.inc(wav.seconds)
        headers = {**call.headers, "Content-Length": str(len(wav)), "X-Audio-Duration": str(trail.audio_s)}
        response = Response(_body(wav, held), content_type="audio/wav", headers=headers)
        response.timeout = wav.seconds + SENDING_S
        return response


def blueprint(view: TtsView) -> Blueprint:
    routes = Blueprint("tts", __name__)

    @routes.post("/tts")
    @routes.post("/v1/tts")
    async def tts() -> Response:
        return await view.speak()

    return routes


async def _collect(call: Call) -> Wav:
    wav = Wav()
    async with aclosing(call.sounds()) as sounds:
        async for sound in sounds:
            rate = sound.speech.sample_rate
            wav.append(audio.pcm(sound.speech.waveform) + audio.silence(sound.segment.pause_s, rate), rate)
    return wav


async def _body(wav: Wav, held: Held) -> AsyncIterator[bytes]:
    for piece in wav.pieces():
        yield piece
        held.sent(len(piece))


def _estimated_bytes(speech: SpeechRequest) -> int:
    return round(len(speech.text) * BYTES_PER_CHARACTER / speech.speed)
