"""What hangs or dies in the local stack is brought back without a hand, and nobody waits for ever meanwhile."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import aiohttp
import pytest

from compose.local.stack import Stack
from healthcheck.supervisord import SupervisordRestarter
from healthcheck.usage import measure
from tests.integration.conftest import make_settings
from tests.support import processes
from tests.support.sidecar import events, seconds_to_restart
from tests.support.speaking import SPOKEN, Caller, calling
from tests.support.waiting import until

BOUND_S = 50
"""Within this time speech is back: 2 rounds of probes of up to 3 s, the grace of the last restart, kill, start."""

KNOBS = {
    "INTERVAL_S": "1",
    "TIMEOUT_S": "3",
    "FAILURES": "2",
    "GRACE_S": "8",
    "BACKOFF_S": "1",
    "BACKOFF_MAX_S": "1",
    "BUDGET": "50",
}

STUBS = ("acoustic", "vocoder", "cancel")
"""Processes of Triton's that nothing but a restart of Triton brings back."""

StackMaker = Callable[..., Stack]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackMaker]:
    """Start a stack of one's own whose sidecar looks often, with other knobs where they are named."""
    stacks = []

    def make(*, engine: str = "baker", **knobs: str) -> Stack:
        with pytest.MonkeyPatch.context() as environment:
            for name, value in (KNOBS | knobs).items():
                environment.setenv(f"HAOSHUO_HEALTHCHECK_{name}", value)
            stack = Stack(make_settings(tmp_path_factory, env="dev", engine=engine))
            stack.start()
        stacks.append(stack)
        return stack

    yield make
    for stack in stacks:
        if stack.running():
            stack.stop()


@pytest.fixture(scope="module")
def healed(start: StackMaker) -> Stack:
    stack = start()
    stack.wait_ready(lambda _line: None)
    return stack


@pytest.fixture
async def caller(healed: Stack) -> AsyncIterator[Caller]:
    async with calling(healed.settings.url, healed.ca, "dev:{}") as caller:
        yield caller


def _pid(stack: Stack, name: str) -> int:
    """Of a process of supervisord's, or of the first process of a Triton model."""
    pids = {process["name"]: int(process["pid"]) for process in stack.processes() if process["pid"]}
    if name == "api":
        return pids[f"api-{stack.settings.api_port}"]
    for server in ("nginx", "triton"):
        pids[server] = processes.children(pids[server])[0]  # below the shell that ends with it
    return pids[name] if name in pids else processes.stub(pids["triton"], name)


async def _status(stack: Stack) -> dict[str, Any]:
    url = f"http://127.0.0.1:{stack.settings.healthcheck_port}/status"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        status: dict[str, Any] = await response.json()
    return status


async def _all_well(stack: Stack) -> bool:
    """As the sidecar and supervisord see it."""
    services = (await _status(stack))["services"]
    running = {"RUNNING"} == {process["statename"] for process in stack.processes()}
    return running and all(service["healthy"] for service in services.values())


async def _told(stack: Stack) -> list[dict[str, Any]]:
    """Its latest events."""
    return list((await _status(stack))["events"])


def _log(stack: Stack) -> str:
    log = stack.log_dir / "healthcheck.log"
    return log.read_text() if log.exists() else ""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["kill", "stop"])
@pytest.mark.parametrize("what", ["acoustic", "vocoder", "cancel", "triton", "redis", "api", "nginx"])
async def test_it_heals(
    healed: Stack, caller: Caller, what: str, how: signal.Signals, record_property: Callable[[str, object], None]
) -> None:
    """Killed or stopped, the stack soon speaks again; until then each call ends in speech or a clear error.

    Nothing is left of the old process and those that worked for it. What the sidecar had to do stands in its log and in
    /status.
    """
    await until(lambda: _all_well(healed), BOUND_S)
    pid, before = _pid(healed, what), len(events(_log(healed), "triton"))
    group = os.getpgid(pid)
    hurt = time.time()
    processes.hurt(pid, how)
    try:
        record_property("seconds", round(await caller.until_it_speaks(BOUND_S), 1))
        if (what, how) != ("nginx", signal.SIGSTOP):  # its workers serve on, and nothing restarts it
            await until(lambda: not processes.alive(group), BOUND_S)
        await until(lambda: _all_well(healed), BOUND_S)
        if what in STUBS:
            told = ["failing", "restart", "recovered"]
            await until(lambda: events(_log(healed), "triton")[before:] == told)
            assert told == [one["kind"] for one in await _told(healed) if one["service"] == "triton"][-3:]
        record_property("restart", seconds_to_restart(_log(healed), hurt))
    finally:
        processes.let_go(pid)


async def test_a_crash_loop_ends(start: StackMaker) -> None:
    """A Triton whose model dies at every start is restarted within the budget, then left stopped, and told."""
    stack = start(engine="nobody", GRACE_S="0", BUDGET="2")
    await until(lambda: "gave_up" in events(_log(stack), "triton"), BOUND_S)
    assert ["failing", "restart", "restart", "gave_up"] == events(_log(stack), "triton")
    starts = (stack.log_dir / "supervisord.log").read_text().count("spawned: 'triton'")
    await asyncio.sleep(5)
    assert starts == (stack.log_dir / "supervisord.log").read_text().count("spawned: 'triton'")
    assert {"STOPPED"} == {one["statename"] for one in stack.processes() if one["name"] == "triton"}


async def test_what_triton_takes_is_measured(healed: Stack) -> None:
    """Its own metrics and the memory of all its processes, which is more than the models' files and less than all."""
    url = f"http://127.0.0.1:{healed.settings.triton_metrics_port}/metrics"
    usage = await measure(url, SupervisordRestarter(healed.run_dir / "supervisor.sock"))
    assert 200 < usage.memory_mb < 8000
    assert 0.0 == usage.gpu_memory_mb


async def test_a_planned_restart_costs_nobody_an_error(healed: Stack, caller: Caller) -> None:
    """While Triton is drained and started again calls wait a little, and every one of them ends in speech."""
    await caller.until_it_speaks(BOUND_S)
    before = _pid(healed, "triton")
    drain = asyncio.create_task(SupervisordRestarter(healed.run_dir / "supervisor.sock").drain("triton"))
    answers = []
    while not drain.done():
        answers += await asyncio.gather(*(caller.call() for _ in range(4)))
    await drain
    assert {SPOKEN} == set(answers)
    assert before != _pid(healed, "triton")
