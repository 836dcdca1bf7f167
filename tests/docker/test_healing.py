"""What dies or hangs in a container is brought back through the socket proxy, or by Docker itself."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from itertools import product

import pytest

from tests.docker.conftest import PROJECT, Compose, docker
from tests.support import processes
from tests.support.sidecar import events, seconds_to_restart
from tests.support.speaking import Caller, calling
from tests.support.waiting import until

BOUND_S = 90
"""Within this time speech is back, on a slow machine with others at work; benchmarks measure how soon it is."""

STUBS = ("acoustic", "vocoder")
"""Processes of Triton's that nothing but a restart of Triton brings back."""


@pytest.fixture
async def caller(stack: Compose) -> AsyncIterator[Caller]:
    async with calling(stack.url, stack.secrets / "tls/ca.pem", "{}.code") as caller:
        yield caller


def _all_well(stack: Compose) -> bool:
    """As the sidecar sees it."""
    return stack.execute("healthcheck", "python", "-m", "healthcheck", "status").returncode == 0


def _pid(name: str) -> int:
    """On the host, of the first process of a service's first container, of a Triton model, or of an nginx worker."""
    service = {"worker": "edge"}.get(name, "triton" if name in STUBS else name)
    pid = int(docker("inspect", "--format", "{{.State.Pid}}", f"{PROJECT}-{service}-1"))
    if name == "worker":
        return processes.workers(pid)[0]
    return pid if service == name else processes.stub(pid, name)


KILL, STOP = signal.SIGKILL, signal.SIGSTOP
ON_EVERY_PUSH = {
    ("acoustic", KILL),
    ("triton", STOP),
    ("api", STOP),
    ("redis", STOP),
    ("edge", KILL),
    ("edge", STOP),
    ("worker", STOP),
}
MATRIX = [
    pytest.param(
        *row,
        id=f"{row[0]}-{'kill' if row[1] is KILL else 'stop'}",
        marks=[] if row in ON_EVERY_PUSH else pytest.mark.full,
    )
    for row in product(["acoustic", "vocoder", "triton", "redis", "api", "edge", "worker"], [KILL, STOP])
]


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("what", "how"), MATRIX)
async def test_it_heals(
    stack: Compose, caller: Caller, what: str, how: signal.Signals, record_property: Callable[[str, object], None]
) -> None:
    """Killed or frozen, the stack soon speaks again; until then each call ends in speech or a clear error.

    A frozen master of nginx's goes on; everything else that hangs is ended.
    """
    await until(lambda: _all_well(stack), BOUND_S)
    pid = _pid(what)
    hurt = time.time()
    processes.hurt(pid, how)
    try:
        record_property("silence", round(await caller.until_it_speaks(BOUND_S), 1))
        if (what, how) == ("edge", STOP):
            await until(lambda: not processes.frozen(pid), BOUND_S)
        else:
            await processes.gone(pid, BOUND_S)
        await until(lambda: _all_well(stack), BOUND_S)
        record_property("back", round(time.time() - hurt, 1))
        record_property("restart", seconds_to_restart(docker("logs", f"{PROJECT}-healthcheck-1"), hurt))
    finally:
        processes.let_go(pid)


@pytest.mark.timeout(300)
async def test_a_crash_loop_ends(stack: Compose) -> None:
    """A Triton whose model dies at every start is started within the budget, then left stopped, and told.

    `make up` says that it is not ready; when it is mended, `make up` is enough.
    """
    sidecar = f"{PROJECT}-healthcheck-1"
    only = ("--no-deps", "triton", "healthcheck")
    try:
        refused = stack.server("up", "--no-build", *only, HAOSHUO_ENGINE="nobody", HAOSHUO_HEALTHCHECK_BUDGET="2")
        assert (1, True) == (refused.returncode, "没有就绪 (not ready)" in refused.stderr), refused.stderr
        await until(lambda: "gave_up" in events(docker("logs", sidecar), "triton"), BOUND_S)
        await asyncio.sleep(5)
        (triton,) = stack.containers("triton")
        assert "exited" == triton["State"]["Status"]
    finally:
        mended = stack.server("up", "--no-build")
    assert 0 == mended.returncode, mended.stderr
