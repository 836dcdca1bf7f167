"""What dies or hangs in a container is brought back through the socket proxy."""

import asyncio
import time
from collections.abc import Callable
from uuid import uuid4

import aiohttp
import pytest

from tests.docker.conftest import PROJECT, Compose, docker

BOUND_S = 100
"""Three rounds, 5 s apart, of probes of up to 10 s; at most 5 s to end and, for Triton, about 10 s to start."""

KILL_STUB = """
import os, pathlib, signal
for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
    if "triton_models/vocoder" in path.read_text() and path.parent.name != str(os.getpid()):
        os.kill(int(path.parent.name), signal.SIGKILL)
        break
"""


def _kill_stub(stack: Compose) -> None:
    assert 0 == stack.execute("triton", "python3", "-c", KILL_STUB).returncode


def _stop_redis(stack: Compose) -> None:
    assert stack
    docker("kill", "--signal", "STOP", f"{PROJECT}-redis-1")


async def _speaks(edge: aiohttp.ClientSession) -> bool:
    """Log in and speak as a new user; what fails does so with an error that can be read."""
    async with edge.post("/login", json={"code": f"user.{uuid4().hex}"}) as response:
        answer = await response.json()
        if response.status != 200:
            assert answer["code"]
            return False
    headers = {"Authorization": f"Bearer {answer['token']}"}
    async with edge.post("/tts", json={"text": f"第{uuid4().int % 10**6}次。"}, headers=headers) as response:
        if response.status != 200:
            assert (await response.json())["code"]
        return response.status == 200


@pytest.mark.parametrize(
    ("service", "hurt"), [("triton", _kill_stub), ("redis", _stop_redis)], ids=["dead stub", "stopped redis"]
)
async def test_it_heals(
    stack: Compose, edge: aiohttp.ClientSession, service: str, hurt: Callable[[Compose], None]
) -> None:
    """The sidecar restarts the container, within the bound, and the stack speaks again."""
    name = f"{PROJECT}-{service}-1"
    before = docker("inspect", "--format", "{{.State.StartedAt}}", name)
    hurt(stack)
    began = time.monotonic()
    while docker("inspect", "--format", "{{.State.StartedAt}}", name) == before:
        assert time.monotonic() - began < BOUND_S
        await _speaks(edge)
        await asyncio.sleep(1)
    while [await _speaks(edge) for _ in range(6)] != [True] * 6:
        assert time.monotonic() - began < BOUND_S
        await asyncio.sleep(1)
