"""`POST /tts`: authenticate → validate → limit → synthesise → answer, with one audit line whatever happens."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from uuid import uuid4

from quart import Blueprint, Response, request

from api import problems
from api.audit import Audit, Call
from api.auth.users import Users
from api.body import read_json
from api.problems import Refusal
from api.limits.limiter import Limiter, headers
from api.metrics import Metrics
from api.synthesis import audio
from api.synthesis.request import SpeechRequest, parse
from api.synthesis.synthesizer import Synthesizer


@dataclass(frozen=True)
class SpeechDesk:
    """Everything a call needs on its way."""

    users: Users
    limiter: Limiter
    synthesizer: Synthesizer
    audit: Audit
    metrics: Metrics
    max_characters: int
    timeout_s: float

    async def serve(self, call: Call) -> Response:
        call.user = self.users.identify(request.headers.get("Authorization"))
        call.speech = parse(await read_json(request), self.max_characters)
        # Not the request id: whoever could choose that would call for free.
        admission = await self.limiter.admit(call.user.hash, uuid4().hex)
        rate = headers(self.limiter.limit, admission)
        if not admission.allowed:
            raise Refusal(problems.RATE_LIMITED, headers=rate)
        try:
            wav, seconds = await self._synthesise(call.speech)
        except Exception:
            # Ours to answer for, or nothing spoken. A client that goes away (CancelledError) is not given it back.
            await self.limiter.refund(admission)
            raise
        call.audio_s, call.size = round(seconds, 3), len(wav)
        return Response(wav, content_type="audio/wav", headers={**rate, "X-Audio-Duration": str(call.audio_s)})

    async def _synthesise(self, speech: SpeechRequest) -> tuple[bytes, float]:
        try:
            with self.metrics.synthesis_seconds.time():
                async with asyncio.timeout(self.timeout_s):
                    wav, seconds = await self._collect(speech)
        except TimeoutError:
            raise Refusal(problems.SYNTHESIS_TIMEOUT) from None
        self.metrics.audio_seconds.inc(seconds)
        return wav, seconds

    async def _collect(self, speech: SpeechRequest) -> tuple[bytes, float]:
        samples, rate = bytearray(), 1
        async with aclosing(self.synthesizer.speak(speech)) as sounds:
            async for sound in sounds:
                rate = sound.sample_rate
                samples += audio.pcm(sound.waveform) + audio.silence(sound.pause_s, rate)
        return audio.wav(samples, rate), audio.seconds(samples, rate)


def blueprint(desk: SpeechDesk) -> Blueprint:
    routes = Blueprint("synthesis", __name__)

    @routes.post("/tts")
    @routes.post("/v1/tts")
    async def tts() -> Response:
        with desk.audit.call() as call:
            return await desk.serve(call)

    return routes
