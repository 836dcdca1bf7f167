"""Streams through the real nginx and hypercorn, with a fake engine: nothing is held up, nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from api.engine.errors import EngineFailedError
from api.synthesis.pace import STREAM_AHEAD
from api.synthesis.segments import Break
from tests.fakes.engine import RATE, FakeEngine
from tests.support.edge_client import edge_client
from tests.support.frames import parse_frames
from tests.support.waiting import until

FIRST, SECOND = "今天天气非常好，我们一起去公园。", "你想不想跟我们一起去看花呢？"


pytestmark = pytest.mark.usefixtures("any_take")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(max_segment_characters=20)


@pytest.fixture
async def client(tmp_path: Path, tls: Path, engine: FakeEngine) -> AsyncIterator[aiohttp.ClientSession]:
    async with edge_client(tmp_path, tls, engine) as session:
        yield session


@asynccontextmanager
async def streaming(
    client: aiohttp.ClientSession, text: str = FIRST + SECOND, **fields: Any
) -> AsyncIterator[aiohttp.ClientResponse]:
    async with client.post("/v1/tts/stream", json={"text": text, **fields}) as response:
        assert 200 == response.status
        yield response


async def characters_left(client: aiohttp.ClientSession) -> int:
    async with client.get("/v1/limits") as response:
        left: int = (await response.json())["limits"][1]["remaining"]
    return left


@pytest.mark.parametrize("form", ["audio", "sse", "frames"])
async def test_nothing_waits_on_the_way(client: aiohttp.ClientSession, engine: FakeEngine, form: str) -> None:
    """What is known of the first sound is there while the second is being made; there is no length."""
    engine.delays = {SECOND: 60}
    async with streaming(client, stream_format=form) as response:
        assert "Content-Length" not in response.headers
        assert await response.content.readany()
        assert 1 == engine.running
        _vanish(response)


async def test_an_error_in_the_middle_is_no_end(client: aiohttp.ClientSession, engine: FakeEngine) -> None:
    """Bare audio that fails is cut off, so that nobody takes it for the whole."""
    engine.failures = {SECOND: EngineFailedError()}
    async with streaming(client) as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()
    async with streaming(client, stream_format="frames") as response:
        _, (error, _) = parse_frames(await response.read())
    assert "synthesis_failed" == error["code"]


async def test_a_reader_who_vanishes(client: aiohttp.ClientSession, engine: FakeEngine) -> None:
    """Its work ends at once, and it pays for what it got."""
    engine.delays = {SECOND: 60}
    before = await characters_left(client)
    async with streaming(client, response_format="pcm") as response:
        samples = len(FIRST) * engine.samples_per_character + Break.SENTENCE.value * RATE
        await response.content.readexactly(2 * round(samples))
        _vanish(response)
    await until(lambda: engine.running == 0)
    await until(lambda: _is(client, before - len(FIRST)))


def _vanish(response: aiohttp.ClientResponse) -> None:
    """As a player that is closed: not as aiohttp would, which says so in TLS and waits for an answer."""
    assert response.connection
    assert response.connection.transport
    response.connection.transport.abort()


async def _is(client: aiohttp.ClientSession, characters: int) -> bool:
    return characters == await characters_left(client)


async def test_a_slow_reader_is_held(client: aiohttp.ClientSession, engine: FakeEngine) -> None:
    """What a reader does not take is not made: a few segments ahead, and what the sockets hold, but not the text."""
    engine.samples_per_character = 200_000  # 6 MB for each segment
    text = "".join(f"这是第{number}句，说得很慢。" for number in range(10, 60))
    async with streaming(client, text, response_format="pcm") as response:
        await response.content.readany()
        await until(lambda: engine.running == 0, 20)
        await asyncio.sleep(1)
        made = len(engine.spoken)
        await asyncio.sleep(1)
        assert made == len(engine.spoken) <= 2 * STREAM_AHEAD
        _vanish(response)
