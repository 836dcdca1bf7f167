"""What dies or hangs in a container is brought back through the socket proxy, or by Docker itself."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest

from tests.docker.conftest import PROJECT, Compose, docker
from tests.support import processes
from tests.support.sidecar import events, seconds_to_restart
from tests.support.speaking import Caller, calling
from tests.support.waiting import until

BOUND_S = 60
"""2 rounds of probes of up to 3 s, 1 s apart; at most 5 s to end and, for Triton, about 10 s to start."""

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
    """On the host, of the first process of a service's first container, or of the first of a Triton model."""
    service = "triton" if name in STUBS else name
    pid = int(docker("inspect", "--format", "{{.State.Pid}}", f"{PROJECT}-{service}-1"))
    return pid if service == name else processes.stub(pid, name)


@pytest.mark.timeout(200)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["kill", "stop"])
@pytest.mark.parametrize("what", ["acoustic", "vocoder", "triton", "redis", "api", "edge"])
async def test_it_heals(
    stack: Compose, caller: Caller, what: str, how: signal.Signals, record_property: Callable[[str, object], None]
) -> None:
    """Killed or stopped, the stack soon speaks again; until then each call ends in speech or a clear error."""
    await until(lambda: _all_well(stack), BOUND_S)
    pid = _pid(what)
    hurt = time.time()
    processes.hurt(pid, how)
    try:
        record_property("seconds", round(await caller.until_it_speaks(BOUND_S), 1))
        # nginx's workers serve on without their master, and nothing restarts it.
        if (how == signal.SIGSTOP and what != "edge") or what in STUBS:
            await processes.gone(pid, BOUND_S)
        await until(lambda: _all_well(stack), BOUND_S)
        record_property("restart", seconds_to_restart(docker("logs", f"{PROJECT}-healthcheck-1"), hurt))
    finally:
        processes.let_go(pid)


@pytest.mark.timeout(300)
async def test_a_crash_loop_ends(stack: Compose) -> None:
    """A Triton whose model dies at every start is restarted within the budget, then left stopped, and told.

    `make up` says that it is not ready; when it is mended, `make up` is enough.
    """
    sidecar = f"{PROJECT}-healthcheck-1"
    up = partial(stack.script, "stack.sh", "up", "--no-deps", "triton", "healthcheck")
    rules = {"HAOSHUO_HEALTHCHECK_GRACE_S": "0", "HAOSHUO_HEALTHCHECK_BUDGET": "2"}
    try:
        refused = up(HAOSHUO_ENGINE="nobody", **rules)
        assert (1, True) == (refused.returncode, "没有就绪 (not ready)" in refused.stderr), refused.stderr
        await until(lambda: "gave_up" in events(docker("logs", sidecar), "triton"), BOUND_S)
        assert ["failing", "restart", "restart", "gave_up"] == events(docker("logs", sidecar), "triton")
        await asyncio.sleep(5)
        (triton,) = stack.containers("triton")
        assert "exited" == triton["State"]["Status"]
    finally:
        mended = up()
    assert 0 == mended.returncode, mended.stderr
