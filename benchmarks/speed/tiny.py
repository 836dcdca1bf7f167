"""The stack with models that answer at once, or sleep: what is left is the cost of everything in front of them."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from tritonclient.grpc.aio import InferenceServerClient

from api.engine.engine import Utterance
from api.engine.tensors import inputs
from benchmarks.load.callers import arrivals, crowd
from benchmarks.load.client import Client, Habits
from benchmarks.load.records import Record
from benchmarks.load.service import Service, running
from benchmarks.load.statistics import summary
from benchmarks.load.texts import Texts
from benchmarks.load.users import CALLS
from benchmarks.load.windows import watch, with_edge_times
from benchmarks.speed.looping import CHARACTERS
from benchmarks.speed.part import Result
from compose.local.settings import ROOT
from speech.baker import VOICE

MODELS = ROOT / "benchmarks/speed/models"
WARM_S = 1.0
HABITS = Habits("tiny")


def tiny(engine: str, **changed: Any) -> AbstractContextManager[Service]:
    """With the engine `instant`, or `slow`, whose speech takes 10 ms a character and no CPU."""
    return running(engine=engine, models_source=MODELS, **changed)


@dataclass(frozen=True)
class Load:
    """So many callers, each with one call after another, or, with none, `per_s` calls a second that arrive at random.

    Of callers `per_s` is what they make at most: users are invited for so many.
    """

    label: str
    per_s: float
    callers: int = 0

    def users(self, seconds: float) -> int:
        """So many stay within the limits of one."""
        return self.callers + math.ceil(self.per_s * (WARM_S + seconds) / CALLS)


@asynccontextmanager
async def calling(service: Service, load: Load, texts: Texts, seconds: float) -> AsyncIterator[Client]:
    """Calls through the edge while the body runs, of users who have come before, each on a connection that is kept."""
    client, text = Client(service.users()), partial(texts.sentence, CHARACTERS)
    await client.users.invite(load.users(seconds))
    calls = crowd(client, load.callers, text, HABITS) if load.callers else arrivals(client, load.per_s, text, HABITS)
    try:
        async with calls:
            yield client
    finally:
        await client.users.close()


async def through_the_edge(
    service: Service, load: Load, texts: Texts, seconds: float
) -> tuple[Result, Sequence[Record]]:
    """What the calls that end within so many seconds come to, and these calls."""
    async with calling(service, load, texts, seconds) as client:
        window = await watch(service, client, load.label, load.callers, (WARM_S, seconds))
    records = with_edge_times(service, client.records)
    return summary(records, window), window.ending(records)


async def bare(service: Service, texts: Texts, per_s: float, seconds: float) -> list[float]:
    """How long Triton alone takes for the same sentences at the same rate, asked over gRPC, seconds each."""
    random, waits = Random(0), list[tuple[float, float]]()  # noqa: S311 - not for secrets
    address = f"127.0.0.1:{service.stack.settings.triton_grpc_port}"
    async with InferenceServerClient(address) as client, asyncio.TaskGroup() as calls:
        counted = time.monotonic() + WARM_S
        while time.monotonic() < counted + seconds:
            calls.create_task(_ask(client, texts.sentence(CHARACTERS), waits))
            await asyncio.sleep(random.expovariate(per_s))
    return [wait_s for began, wait_s in waits if began >= counted]


async def _ask(client: InferenceServerClient, text: str, waits: list[tuple[float, float]]) -> None:
    began = time.monotonic()
    result = await client.infer("tts", inputs(Utterance(text, VOICE)))
    result.as_numpy("WAVEFORM")
    waits.append((began, time.monotonic() - began))
