"""The api processes restarted one after another, under load: nobody notices."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Iterator

import aiohttp
import pytest

from compose.local.stack import Stack
from tests.integration.conftest import make_settings, running
from tests.support.sessions import tls_session
from tests.support.waiting import until

CLIENTS = 6
CALLS_A_USER = 4  # below the limit of ten in a minute, also where a call is counted twice


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own, whose restarts disturb no other test."""
    with running(make_settings(tmp_path_factory, env="dev")) as stack:
        yield stack


async def test_no_call_is_lost(stack: Stack) -> None:
    """Every login and every call for speech is answered while each api process is stopped and started, twice."""
    stop, seen = asyncio.Event(), Counter[tuple[str, int]]()
    async with tls_session(stack.settings.url, stack.ca, limit=0) as edge:
        clients = [asyncio.create_task(_live(edge, name, stop, seen)) for name in range(CLIENTS)]
        for port in stack.settings.api_ports * 2:
            await _restart(stack, port)
        stop.set()
        await asyncio.gather(*clients)
    assert {("/login", 200), ("/tts", 200)} == set(seen), seen
    assert seen["/tts", 200] > 10 * CLIENTS


async def _live(edge: aiohttp.ClientSession, name: int, stop: asyncio.Event, seen: Counter[tuple[str, int]]) -> None:
    """One client after another, each of whom logs in and has a few sentences spoken."""
    for user in itertools.count():
        code = f"dev:user-{name}-{user}"
        async with edge.post("/login", json={"code": code}) as response:
            seen["/login", response.status] += 1
            headers = {"Authorization": f"Bearer {(await response.json()).get('token')}"}
        for sentence in range(CALLS_A_USER):
            text = {"text": f"{user}号用户的第{sentence}句。"}
            async with edge.post("/tts", json=text, headers=headers) as response:
                await response.read()
                seen["/tts", response.status] += 1
            if stop.is_set():
                return


async def _restart(stack: Stack, port: int) -> None:
    """As an operator should: the next one only when this one speaks again."""
    with stack.supervisor() as supervisor:
        await asyncio.to_thread(supervisor.stopProcess, f"api:api-{port}")
        await asyncio.to_thread(supervisor.startProcess, f"api:api-{port}")
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as api:
        await until(lambda: _ready(api), 30)


async def _ready(api: aiohttp.ClientSession) -> bool:
    try:
        async with api.get("/readyz") as response:
            return response.status == 200
    except aiohttp.ClientConnectionError:
        return False
