"""Triton's ensemble, asked over gRPC without the stack in front."""

import asyncio
import time

from tritonclient.grpc.aio import InferenceServerClient

from api.engine.engine import Utterance
from api.engine.tensors import inputs
from benchmarks.load.statistics import percentile
from benchmarks.load.texts import Texts
from benchmarks.speed.looping import CHARACTERS
from benchmarks.speed.part import Result
from speech.baker import SAMPLE_RATE, VOICE

WARM_S = 1.0

Spoken = tuple[float, float]
"""Audio seconds of a sentence, and how long it took."""


async def spoken_per_s(address: str, texts: Texts, callers: int, seconds: float) -> Result:
    """Sentences of 20 characters by so many callers: of what is asked for after a warm-up, until the last is there."""
    async with InferenceServerClient(address) as client:
        await _crowd(client, texts, callers, WARM_S)
        began = time.monotonic()
        spoken = await _crowd(client, texts, callers, seconds)
        spent = time.monotonic() - began
    return {
        "calls_per_s": len(spoken) / spent,
        "audio_s_per_s": sum(audio_s for audio_s, _ in spoken) / spent,
        "wait_p50_s": percentile([wait_s for _, wait_s in spoken], 0.5),
    }


async def _crowd(client: InferenceServerClient, texts: Texts, callers: int, seconds: float) -> list[Spoken]:
    until = time.monotonic() + seconds
    spoken = await asyncio.gather(*(_caller(client, texts, until) for _ in range(callers)))
    return [sentence for one in spoken for sentence in one]


async def _caller(client: InferenceServerClient, texts: Texts, until: float) -> list[Spoken]:
    spoken = []
    while (began := time.monotonic()) < until:
        result = await client.infer("tts", inputs(Utterance(texts.sentence(CHARACTERS), VOICE)))
        spoken.append((result.as_numpy("WAVEFORM").size / SAMPLE_RATE, time.monotonic() - began))
    return spoken
