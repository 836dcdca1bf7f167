"""WebSocket sessions through the real nginx and hypercorn, with a fake engine, by a client library of somebody else."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from api.engine.errors import EngineFailedError
from api.synthesis.pace import STREAM_AHEAD
from compose import credentials
from compose.local.settings import ROOT
from tests.fakes.engine import FakeEngine
from tests.support.edge_client import edge_client
from tests.support.speech_socket import PATH, SpeechSocket
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
async def connected(
    client: aiohttp.ClientSession, **config: Any
) -> AsyncIterator[tuple[SpeechSocket, aiohttp.ClientWebSocketResponse]]:
    async with client.ws_connect(PATH, compress=15) as websocket:  # deflate is offered, as browsers do
        assert not websocket.compress

        async def receive() -> str | bytes:
            data: str | bytes = (await websocket.receive(timeout=10)).data
            return data

        socket = SpeechSocket(websocket.send_str, receive)
        await socket.tell("session.config", **config)
        yield socket, websocket


def _transport(websocket: aiohttp.ClientWebSocketResponse) -> Any:
    return websocket._conn and websocket._conn.transport


async def characters_left(client: aiohttp.ClientSession) -> int:
    async with client.get("/v1/limits") as response:
        left: int = (await response.json())["limits"][1]["remaining"]
    return left


async def test_a_session(client: aiohttp.ClientSession, engine: FakeEngine) -> None:
    """Written in pieces a text has the samples of the whole answer, and an error in the middle is told."""
    async with client.post("/v1/tts", json={"text": FIRST + SECOND, "response_format": "pcm"}) as response:
        whole = await response.read()
    async with connected(client, response_format="pcm") as (socket, websocket):
        await socket.write(*(FIRST + SECOND))
        assert whole == b"".join((await socket.hear()).files)
        engine.failures = {SECOND: EngineFailedError()}
        await socket.write(FIRST + SECOND)
        heard = await socket.hear()
        assert ([FIRST], ["synthesis_failed"]) == (heard.texts, [error["code"] for error in heard.errors])
        await socket.tell("session.close")
        assert aiohttp.WSMsgType.CLOSE == (await websocket.receive()).type
        assert 1000 == websocket.close_code


async def test_nothing_waits_on_the_way(client: aiohttp.ClientSession, engine: FakeEngine) -> None:
    """The first sound is there while the second is being made, and `cancel` ends that at once."""
    engine.delays = {SECOND: 60}
    async with connected(client) as (socket, _):
        await socket.write(FIRST + SECOND)
        for _ in range(3):
            await socket.receive()
        assert 1 == engine.running
        await socket.tell("cancel")
        assert (await socket.hear()).done["cancelled"]
        assert 0 == engine.running


async def test_a_client_that_vanishes(client: aiohttp.ClientSession, engine: FakeEngine) -> None:
    """Its work ends at once, and it pays for what it got."""
    engine.delays = {SECOND: 60}
    before = await characters_left(client)
    async with connected(client) as (socket, websocket):
        await socket.tell("input.text", text=FIRST + SECOND + FIRST)
        for _ in range(3):
            await socket.receive()
        await until(lambda: engine.running == 1)
        _transport(websocket).abort()  # as a phone that is switched off
    await until(lambda: engine.running == 0)
    await until(lambda: _is(client, before - len(FIRST)))


async def _is(client: aiohttp.ClientSession, characters: int) -> bool:
    return characters == await characters_left(client)


async def test_a_slow_reader_is_held(client: aiohttp.ClientSession, engine: FakeEngine) -> None:
    """What a client does not take is not made: a few segments ahead, and what the sockets hold, but not the text."""
    engine.samples_per_character = 200_000  # 6 MB for each segment
    text = "".join(f"这是第{number}句，说得很慢。" for number in range(10, 60))
    async with connected(client, response_format="pcm") as (socket, websocket):
        await socket.write(text)
        await socket.message()
        _transport(websocket).pause_reading()
        await until(lambda: engine.running == 0, 20)
        await asyncio.sleep(1)
        made = len(engine.spoken)
        await asyncio.sleep(1)
        assert made == len(engine.spoken) <= 2 * STREAM_AHEAD
        _transport(websocket).abort()


async def test_a_message_that_is_too_large(client: aiohttp.ClientSession) -> None:
    """The connection is closed with the code that says so."""
    async with connected(client) as (_, websocket):
        await websocket.send_str("x" * (100 * 1024 + 1))
        assert aiohttp.WSMsgType.CLOSE == (await websocket.receive(timeout=10)).type
        assert 1009 == websocket.close_code


async def test_the_documented_client(
    client: aiohttp.ClientSession, tls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Python of docs/api.md writes the samples of the whole answer into a file."""
    match = re.search(r"```python\n(.*?)\nasyncio\.run", (ROOT / "docs/api.md").read_text("utf-8"), re.DOTALL)
    assert match
    example: dict[str, Any] = {}
    exec(match[1], example)  # noqa: S102 - our own
    connector = aiohttp.TCPConnector(ssl=credentials.client_context(tls / "ca.pem"))
    monkeypatch.setattr(aiohttp, "ClientSession", partial(aiohttp.ClientSession, connector=connector))
    monkeypatch.chdir(tmp_path)
    token = client.headers["Authorization"].removeprefix("Bearer ")
    await example["speak"]([FIRST, SECOND], token, str(client._build_url(PATH)))
    async with client.post("/v1/tts", json={"text": FIRST + SECOND, "response_format": "pcm"}) as response:
        assert await response.read() == await asyncio.to_thread((tmp_path / "speech.pcm").read_bytes)


async def test_a_bad_token(client: aiohttp.ClientSession) -> None:
    """In a header it is refused before the upgrade."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await client.ws_connect(PATH, headers={"Authorization": "Bearer nonsense"})
    assert 401 == refused.value.status
