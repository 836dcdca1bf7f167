"""What hangs or dies in the local stack is brought back without a hand, and nobody waits for ever meanwhile."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from compose.local.stack import Stack
from healthcheck.policy import SERVICES
from healthcheck.supervisord import SupervisordRestarter
from healthcheck.usage import measure
from tests.integration.conftest import make_settings
from tests.support import processes
from tests.support.sidecar import events, seconds_to_restart
from tests.support.speaking import SPOKEN, Caller, calling
from tests.support.waiting import until

BOUND_S = 90
"""Within this time speech is back, on a slow machine with others at work; benchmarks measure how soon it is."""

KNOBS = {"BACKOFF_S": "1", "BACKOFF_MAX_S": "1", "BUDGET": "50"}
"""Everything else as by default; but one test after the other does to a copy what should not happen once an hour."""

PATIENCE_S = "45"
"""Calls wait so long for Triton, which a slow machine with others at work takes longer to start than by default."""

LOAD = 4
"""So many calls at a time, of others, where a stack is not idle."""

STUBS = ("acoustic", "vocoder", "cancel", "inspect")
"""Processes of Triton's that nothing but a restart of Triton brings back."""

StackMaker = Callable[..., Stack]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackMaker]:
    """Start a stack of one's own, with other knobs of the sidecar where they are named."""
    stacks = []

    def make(*, engine: str = "baker", **knobs: str) -> Stack:
        with pytest.MonkeyPatch.context() as environment:
            for name, value in (KNOBS | knobs).items():
                environment.setenv(f"HAOSHUO_HEALTHCHECK_{name}", value)
            environment.setenv("HAOSHUO_ENGINE_PATIENCE_S", PATIENCE_S)
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
    """Of a process of supervisord's, of an nginx worker, or of the first process of a Triton model."""
    pids = {process["name"]: int(process["pid"]) for process in stack.processes() if process["pid"]}
    if name == "api":
        return pids[f"api-{stack.settings.api_port}"]
    for server in ("nginx", "triton"):
        pids[server] = processes.children(pids[server])[0]  # below the shell that ends with it
    if name == "worker":
        return processes.workers(pids["nginx"])[0]
    return pids[name] if name in pids else processes.stub(pids["triton"], name)


async def _status(stack: Stack) -> dict[str, Any]:
    url = f"http://127.0.0.1:{stack.settings.healthcheck_port}/status"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        status: dict[str, Any] = await response.json()
    return status


async def _all_well(stack: Stack) -> bool:
    """As the sidecar and supervisord see it."""
    running = {"RUNNING"} == {process["statename"] for process in stack.processes()}
    return running and all((await _status(stack))["healthy"].values())


def _log(stack: Stack) -> str:
    log = stack.log_dir / "healthcheck.log"
    return log.read_text() if log.exists() else ""


def _past(stack: Stack) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Which processes there are, and what the sidecar did.

    Not what it says of one that ended by itself: it looks every few seconds, and another test may have killed it.
    """
    pids = {process["name"]: int(process["pid"]) for process in stack.processes()}
    done = {service: [one for one in events(_log(stack), service) if one != "died"] for service in SERVICES}
    return pids, done


@asynccontextmanager
async def _load(caller: Caller, callers: int) -> AsyncIterator[None]:
    """Others who call all the time, whatever becomes of it; at the end their last calls are waited for."""
    done = asyncio.Event()

    async def call() -> None:
        while not done.is_set():
            await caller.call()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(callers):
            tasks.create_task(call())
        yield
        done.set()


KILL, STOP = signal.SIGKILL, signal.SIGSTOP
ON_EVERY_PUSH = {
    ("acoustic", KILL, LOAD),
    ("vocoder", STOP, 0),
    ("vocoder", STOP, LOAD),
    ("cancel", STOP, LOAD),
    ("triton", STOP, 0),
    ("triton", STOP, LOAD),
    ("triton", KILL, LOAD),
    ("redis", STOP, LOAD),
    ("api", STOP, LOAD),
    ("worker", STOP, LOAD),
    ("nginx", STOP, 0),
    ("nginx", KILL, 0),
}
MATRIX = [
    pytest.param(
        *row,
        id=f"{row[0]}-{'kill' if row[1] is KILL else 'stop'}-{'loaded' if row[2] else 'idle'}",
        marks=[] if row in ON_EVERY_PUSH else pytest.mark.full,
    )
    for row in product(
        ["acoustic", "vocoder", "cancel", "inspect", "triton", "redis", "api", "nginx", "worker"],
        [KILL, STOP],
        [0, LOAD],
    )
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("what", "how", "callers"), MATRIX)
async def test_it_heals(
    healed: Stack,
    caller: Caller,
    what: str,
    how: signal.Signals,
    callers: int,
    record_property: Callable[[str, object], None],
) -> None:
    """Killed or frozen, idle or at work, the stack soon speaks again; until then calls end in speech or a clear error.

    Nothing is left of the old process and those that worked for it, but a frozen master of nginx's, which goes on. What
    the sidecar had to do stands in its log.
    """
    await until(lambda: _all_well(healed), BOUND_S)
    pid, before = _pid(healed, what), len(events(_log(healed), "triton"))
    group = os.getpgid(pid)
    async with _load(caller, callers):
        hurt = time.time()
        processes.hurt(pid, how)
        try:
            record_property("silence", round(await caller.until_it_speaks(BOUND_S), 1))
            await until(lambda: not _is_left(what, how, pid, group), BOUND_S)
            await until(lambda: _all_well(healed), BOUND_S)
            record_property("back", round(time.time() - hurt, 1))
            record_property("restart", seconds_to_restart(_log(healed), hurt))
        finally:
            processes.let_go(pid)
    if what in STUBS:
        await until(lambda: "recovered" in events(_log(healed), "triton")[before:])
        assert ["failing", "restart"] == events(_log(healed), "triton")[before:][:2]


def _is_left(what: str, how: signal.Signals, pid: int, group: int) -> bool:
    """Whether the process that was hurt still stands in the way."""
    if (what, how) == ("nginx", STOP):
        return processes.frozen(pid)
    if what == "worker":
        return Path(f"/proc/{pid}").exists()
    return bool(processes.alive(group))


async def test_overload_restarts_nothing(healed: Stack, caller: Caller) -> None:
    """However many call at once, and however long each of them waits."""
    await until(lambda: _all_well(healed), BOUND_S)
    before = _past(healed)
    async with _load(caller, 10 * LOAD):
        await asyncio.sleep(25)
    assert before == _past(healed)


async def test_a_crash_loop_ends(start: StackMaker) -> None:
    """A Triton whose model dies at every start is started within the budget, then left stopped, and told."""
    stack = start(engine="nobody", BUDGET="2")
    await until(lambda: "gave_up" in events(_log(stack), "triton"), BOUND_S)
    starts = (stack.log_dir / "supervisord.log").read_text().count("spawned: 'triton'")
    await asyncio.sleep(5)
    assert starts == (stack.log_dir / "supervisord.log").read_text().count("spawned: 'triton'")
    assert "triton" not in {one["name"] for one in stack.processes() if one["statename"] in {"RUNNING", "STARTING"}}


async def test_what_triton_takes_is_measured(healed: Stack) -> None:
    """Its own metrics and the memory of all its processes, which is more than the models' files and less than all."""
    url = f"http://127.0.0.1:{healed.settings.triton_metrics_port}/metrics"
    usage = await measure(url, SupervisordRestarter(healed.run_dir / "supervisor.sock", start_s=0))
    assert 200 < usage.memory_mb < 8000
    assert 0.0 == usage.gpu_memory_mb


async def test_a_planned_restart_costs_nobody_an_error(healed: Stack, caller: Caller) -> None:
    """While Triton is drained and started again calls wait a little, and every one of them ends in speech."""
    await caller.until_it_speaks(BOUND_S)
    before = _pid(healed, "triton")
    drain = asyncio.create_task(SupervisordRestarter(healed.run_dir / "supervisor.sock", 0).drain("triton"))
    answers = []
    while not drain.done():
        answers += await asyncio.gather(*(caller.call() for _ in range(4)))
    await drain
    assert {SPOKEN} == set(answers)
    assert before != _pid(healed, "triton")
