import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from benchmarks.load.users import Users
from benchmarks.speed.visits import Visit, visit
from tests.fakes.speech_service import FakeSpeech, speech_service, wav

INSTANT = (0.0, 0.2)


@dataclass
class FakeSystem:
    speech: FakeSpeech

    def users(self) -> Users:
        return Users(self.speech.url, ssl.create_default_context())

    def cpu_s(self) -> dict[str, float]:
        return {"engine": 1.0, "generator": 1.0}

    def edge_seconds(self) -> dict[str, float]:
        return {}


@pytest.fixture
async def system() -> AsyncIterator[FakeSystem]:
    """It says one text at a time, so that one caller saturates it."""
    async with speech_service() as fake:
        lock = asyncio.Lock()

        async def answer(_request: web.Request) -> web.StreamResponse:
            async with lock:
                await asyncio.sleep(0.01)
            return web.Response(body=wav(2.0))

        fake.answer = answer
        yield FakeSystem(fake)


async def test_each_number_of_callers_has_a_window(system: FakeSystem) -> None:
    """With the audio that was heard in it."""
    found = await visit(system, Visit("printed", 20, (1, 2), INSTANT))
    assert [1, 2] == [level["callers"] for level in found["levels"]]
    assert all(level["goodput"] > 0 for level in found["levels"])
    assert ("printed", 20, 2.0, []) == (found["system"], found["characters"], found["audio_s"], found["overload"])


async def test_overload_is_three_times_the_callers_that_saturate(system: FakeSystem) -> None:
    """Of the numbers that were tried, the fewest that get all that the system can give."""
    found = await visit(system, Visit("printed", 20, (2,), INSTANT, overload=True))
    (overload,) = found["overload"]
    assert 6 == overload["callers"] == system.speech.most


async def test_only_the_text_asked_for_again_is_asked_for_twice(system: FakeSystem) -> None:
    """A service may answer it from a cache; every other answer is made."""
    found = await visit(system, Visit("printed", 20, (2,), INSTANT, repeats=5))
    asked = Counter(system.speech.texts)
    assert {5: 1, 1: len(asked) - 1} == Counter(asked.values())
    assert (5, 5) == (found["again"]["calls"], found["again"]["spoken"])
    assert found["again"]["wait_p50_s"] >= 0.01


async def test_every_system_is_asked_for_the_same_texts(system: FakeSystem) -> None:
    """In the same order, so that none has easier ones."""
    await visit(system, Visit("printed", 20, (1,), INSTANT))
    first, system.speech.texts = system.speech.texts, []
    await visit(system, Visit("deployed", 20, (1,), INSTANT))
    both = min(len(first), len(system.speech.texts))
    assert both > 1
    assert first[:both] == system.speech.texts[:both]
