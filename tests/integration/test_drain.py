"""An api process that is told to stop."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from compose.local.settings import ROOT
from tests.fakes.triton import FakeTriton
from tests.support.ports import free_ports
from tests.support.sounds import RATE, said
from tests.support.waiting import until

SLOW_S = 6  # longer than the defaults that would cut a call: hypercorn's 3 s, Quart's 5 s
STARTING_S = 30


@pytest.fixture
def triton() -> FakeTriton:
    triton = FakeTriton()
    triton.parameters["default_voice"] = "baker"
    return triton


@pytest.fixture
def port() -> int:
    return free_ports(1)


@pytest.fixture
async def api(triton: FakeTriton, port: int, tmp_path: Path) -> AsyncIterator[Process]:
    """`python -m api` as supervisord and containers start it, with no Redis and a Triton that the test commands."""
    async with triton.serving() as address:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HAOSHUO_ENV": "dev",
            "HAOSHUO_JWT_KEYS": "k" * 32,
            "HAOSHUO_USER_HASH_KEY": "h" * 32,
            "HAOSHUO_REDIS_URL": "redis://127.0.0.1:1/0",
            "HAOSHUO_TRITON_URL": address,
        }
        command = [sys.executable, "-m", "api", "--bind", f"127.0.0.1:{port}"]
        process = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, env=environment)
        try:
            await until(lambda: _answers(port), STARTING_S)
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


@pytest.fixture
async def client(api: Process, port: int) -> AsyncIterator[aiohttp.ClientSession]:
    assert api.returncode is None
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        async with session.post("/login", json={"code": "dev:lily"}) as response:
            session.headers["Authorization"] = f"Bearer {(await response.json())['token']}"
        yield session


async def test_sigterm_finishes_what_was_accepted(
    api: Process, client: aiohttp.ClientSession, triton: FakeTriton, port: int
) -> None:
    """Speech that takes longer than every default is answered whole; meanwhile no new connection is accepted."""
    triton.behave = lambda _context: asyncio.sleep(SLOW_S)
    triton.waveform = said(RATE, 0.5)
    call = asyncio.create_task(_speak(client))
    await until(lambda: bool(triton.requests))
    api.send_signal(signal.SIGTERM)
    await until(lambda: _refuses(port), 2)
    status, length, audio = await call
    assert (200, length, b"RIFF") == (status, len(audio), audio[:4])
    assert 0 == await asyncio.wait_for(api.wait(), 5)


async def test_sigterm_closes_idle_connections(api: Process, client: aiohttp.ClientSession) -> None:
    """A client that keeps its connection open does not keep the process alive."""
    async with client.get("/healthz") as response:
        await response.read()
    api.send_signal(signal.SIGTERM)
    assert 0 == await asyncio.wait_for(api.wait(), 5)


async def _speak(client: aiohttp.ClientSession) -> tuple[int, int, bytes]:
    async with client.post("/tts", json={"text": "你好"}) as response:
        return response.status, int(response.headers["Content-Length"]), await response.read()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except (ConnectionRefusedError, ConnectionResetError):  # reset: it was in the queue of the socket that closed
        return False
    writer.close()
    return True


async def _refuses(port: int) -> bool:
    return not await _answers(port)
