"""The api's own way to speak, in this process, with a real Triton and Redis: what a streaming view would send."""

import secrets
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from api.problems import Refusal
from api.settings import Settings
from api.synthesis.request import SpeechRequest
from api.wiring import Services, wire
from benchmarks.load.service import Service
from benchmarks.speed.player import Arrival, underrun_s


@dataclass(frozen=True)
class Heard:
    """Of one text: seconds until its first sound, of its audio, and that a player would have had to wait at most."""

    characters: int
    first_s: float
    audio_s: float
    underrun_s: float


@asynccontextmanager
async def speaking(service: Service, log: Path) -> AsyncIterator[Services]:
    """A further replica of the api beside those of a stack, without HTTP."""
    local = service.stack.settings
    settings = Settings(
        _env_file=None,
        env="dev",
        jwt_keys=secrets.token_hex(32),
        user_hash_key=secrets.token_hex(32),
        redis_url=f"redis://127.0.0.1:{local.redis_port}/0",
        triton_url=f"127.0.0.1:{local.triton_grpc_port}",
        audit_path=str(log),
    )
    services = wire(settings)
    async with services.running():
        yield services


async def hear(services: Services, text: str, voice: str) -> Heard | None:
    """One text of somebody who has not called before; none if it was refused."""
    began, arrivals = time.monotonic(), list[Arrival]()
    caller = services.principals.named(secrets.token_hex(8))
    try:
        request = SpeechRequest(text, voice)
        async with (
            services.desk.call(caller, request, secrets.token_hex(16)) as call,
            aclosing(call.sounds()) as sounds,
        ):
            async for sound in sounds:
                seconds = sound.speech.waveform.size / sound.speech.sample_rate + sound.segment.pause_s
                arrivals.append(Arrival(time.monotonic(), seconds))
    except Refusal:
        return None
    audio_s = sum(arrival.plays_s for arrival in arrivals)
    return Heard(len(text), arrivals[0].at - began, audio_s, underrun_s(arrivals))
