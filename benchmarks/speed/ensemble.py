"""Triton's ensemble, asked over gRPC without the stack in front."""

import asyncio
import time
from dataclasses import dataclass

from tritonclient.grpc.aio import InferenceServerClient

from api.engine.engine import Utterance
from api.engine.tensors import inputs
from benchmarks.load.statistics import percentile
from benchmarks.load.texts import Texts
from benchmarks.speed.looping import CHARACTERS
from benchmarks.speed.part import Result

MODEL = "tts"
WARM_S = 1.0

Spoken = tuple[float, float]
"""Audio seconds of a sentence, and how long it took."""


@dataclass(frozen=True)
class Ensemble:
    """As it says of itself in its configuration: its own voice, and the samples per second."""

    client: InferenceServerClient
    voice: str
    sample_rate: int

    async def speak(self, text: str) -> Spoken:
        began = time.monotonic()
        result = await self.client.infer(MODEL, inputs(Utterance(text, self.voice)))
        return result.as_numpy("WAVEFORM").size / self.sample_rate, time.monotonic() - began


async def spoken_per_s(address: str, texts: Texts, callers: int, seconds: float) -> Result:
    """Sentences of 20 characters by so many callers: of what is asked for after a warm-up, until the last is there."""
    async with InferenceServerClient(address) as client:
        ensemble = await _ensemble(client)
        await _crowd(ensemble, texts, callers, WARM_S)
        began = time.monotonic()
        spoken = await _crowd(ensemble, texts, callers, seconds)
        spent = time.monotonic() - began
    return {
        "calls_per_s": len(spoken) / spent,
        "audio_s_per_s": sum(audio_s for audio_s, _ in spoken) / spent,
        "wait_p50_s": percentile([wait_s for _, wait_s in spoken], 0.5),
    }


async def _ensemble(client: InferenceServerClient) -> Ensemble:
    parameters = (await client.get_model_config(MODEL)).config.parameters
    return Ensemble(client, parameters["default_voice"].string_value, int(parameters["sample_rate"].string_value))


async def _crowd(ensemble: Ensemble, texts: Texts, callers: int, seconds: float) -> list[Spoken]:
    until = time.monotonic() + seconds
    spoken = await asyncio.gather(*(_caller(ensemble, texts, until) for _ in range(callers)))
    return [sentence for one in spoken for sentence in one]


async def _caller(ensemble: Ensemble, texts: Texts, until: float) -> list[Spoken]:
    spoken = []
    while time.monotonic() < until:
        spoken.append(await ensemble.speak(texts.sentence(CHARACTERS)))
    return spoken
