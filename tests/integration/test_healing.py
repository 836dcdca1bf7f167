"""What hangs or dies in the local stack is brought back without a hand, and nobody waits for ever meanwhile."""

import asyncio
import json
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from compose import credentials
from compose.local.stack import Stack
from tests.fakes.waiting import until
from tests.integration.conftest import make_settings

BOUND_S = 40
"""Within this time speech is back: detection (2 rounds of probes of up to 5 s), kill, start, warm-up."""

KNOBS = {"INTERVAL_S": "1", "TIMEOUT_S": "5", "FAILURES": "2", "GRACE_S": "20", "BACKOFF_S": "1", "BUDGET": "50"}


@pytest.fixture(scope="module")
def healed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own whose sidecar looks often."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in KNOBS.items():
            environment.setenv(f"HAOSHUO_HEALTHCHECK_{name}", value)
        stack = Stack(make_settings(tmp_path_factory, env="dev"))
        stack.start()
    try:
        stack.wait_ready(lambda _line: None)
        yield stack
    finally:
        stack.stop()


@pytest.fixture
async def edge(healed: Stack) -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(ssl=credentials.client_context(healed.ca), force_close=True)
    timeout = aiohttp.ClientTimeout(total=70)
    async with aiohttp.ClientSession(healed.settings.url, connector=connector, timeout=timeout) as session:
        yield session


def _pid(stack: Stack, name: str) -> int:
    """Of a process of supervisord's, or of the first process of a Triton model."""
    pids = {process["name"]: int(process["pid"]) for process in stack.processes()}
    if name in pids:
        return pids[name]
    if name == "api":
        return pids[f"api-{stack.settings.api_port}"]
    return next(pid for pid in _children(pids["triton"]) if f"/{name}/" in _command(pid))


def _children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(state[1]) == parent:
            found.append(int(path.parent.name))
    return found


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


async def _call(edge: aiohttp.ClientSession) -> tuple[int, str]:
    """Log in and speak as a new user: the status and code of the answer, or of the error."""
    try:
        async with edge.post("/login", json={"code": f"dev:{uuid4().hex}"}) as response:
            answer = await response.json()
            if response.status != 200:
                return response.status, answer["code"]
        headers = {"Authorization": f"Bearer {answer['token']}"}
        async with edge.post("/tts", json={"text": f"第{uuid4().int % 10**6}次。"}, headers=headers) as response:
            if response.status != 200:
                return response.status, (await response.json())["code"]
            return 200, (await response.read())[:4].decode()
    except aiohttp.ClientConnectionError:
        return 0, "connection refused"  # while nginx itself is started again


async def _serving_again(edge: aiohttp.ClientSession) -> list[tuple[int, str]]:
    """Every answer until ten in a row are speech."""
    answers: list[tuple[int, str]] = []
    async with asyncio.timeout(BOUND_S):
        while answers[-10:] != [(200, "RIFF")] * 10:
            answers.append(await _call(edge))
            await asyncio.sleep(0.1)
    return answers


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["kill", "stop"])
@pytest.mark.parametrize("what", ["acoustic", "vocoder", "triton", "redis", "api", "nginx"])
async def test_it_heals(
    healed: Stack, edge: aiohttp.ClientSession, what: str, how: signal.Signals, record_property: Any
) -> None:
    """Killed or stopped, the stack soon speaks again; until then each call ends in speech or a clear error."""
    assert [(200, "RIFF")] * 10 == (await _serving_again(edge))[-10:]
    pid, began = _pid(healed, what), time.monotonic()
    os.kill(pid, how)
    try:
        answers = await _serving_again(edge)
        if how == signal.SIGSTOP and what != "nginx":  # nginx's workers serve on without their master
            await _gone(pid)
    finally:
        _let_go(pid)
    record_property("seconds", round(time.monotonic() - began, 1))
    assert all(re.fullmatch(r"RIFF|[a-z_]+|connection refused", code) for _, code in answers)


async def _gone(pid: int) -> None:
    """The stopped process was ended by the sidecar, not merely passed over."""
    await until(lambda: not Path(f"/proc/{pid}/status").exists(), BOUND_S)


def _let_go(pid: int) -> None:
    """So that a failed test leaves nothing stopped behind."""
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        return


async def test_the_sidecar_tells_what_it_did(healed: Stack, edge: aiohttp.ClientSession) -> None:
    """A restart and the recovery stand in the log and in /status."""
    os.kill(_pid(healed, "acoustic"), signal.SIGKILL)
    await asyncio.sleep(3)
    await _serving_again(edge)
    url = f"http://127.0.0.1:{healed.settings.healthcheck_port}/status"
    async with asyncio.timeout(BOUND_S), aiohttp.ClientSession() as session:
        while True:
            async with session.get(url) as response:
                status = await response.json()
            if status["services"]["triton"]["healthy"] and status["events"][-1]["kind"] == "recovered":
                break
            await asyncio.sleep(0.5)
    assert ["failing", "restart", "recovered"] == [event["kind"] for event in status["events"][-3:]]
    assert "triton" == status["events"][-1]["service"]
    log = (healed.log_dir / "healthcheck.log").read_text().splitlines()
    assert [line for line in log if json.loads(line)["event"] == "restart"]
