"""TritonWatch against a server that answers as Triton does, and counts as Triton counts."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from healthcheck import triton as module
from healthcheck.probes import ProbeError
from healthcheck.sight import Failure, Unknown, Weight, Well
from healthcheck.triton import TritonWatch
from tests.fakes.triton import FakeTriton

DEAD = "in ensemble 'tts', Stub process 'vocoder_0_0' is not healthy."


class Machine:
    """A Triton and its metrics; `probes` is how often it was made to speak."""

    def __init__(self) -> None:
        self.triton = FakeTriton()
        self.answered = self.broken = self.waiting = self.from_cache = 0
        self.metrics = True

    @property
    def probes(self) -> int:
        return len(self.triton.requests) // 2

    async def render(self, _request: web.Request) -> web.Response:
        if not self.metrics:
            return web.Response(status=500)
        return web.Response(
            text=f"""\
# TYPE nv_inference_request_success counter
nv_inference_request_success{{model="acoustic",version="1"}} 9{self.answered}
nv_inference_request_success{{model="tts",version="1"}} {self.answered + self.from_cache}
# TYPE nv_cache_num_hits_per_model counter
nv_cache_num_hits_per_model{{model="tts",version="1"}} {self.from_cache}
# TYPE nv_inference_request_failure counter
nv_inference_request_failure{{model="tts",reason="OTHER",version="1"}} 1000
nv_inference_request_failure{{model="vocoder",reason="BACKEND",version="1"}} {self.broken}
# TYPE nv_inference_pending_request_count gauge
nv_inference_pending_request_count{{model="vocoder",version="1"}} {self.waiting}
"""
        )


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
async def server(machine: Machine) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_get("/metrics", machine.render)
    server = TestServer(app)
    async with server:
        yield server


@pytest.fixture
async def address(machine: Machine) -> AsyncIterator[str]:
    async with machine.triton.serving() as address:
        yield address


def _watch(server: TestServer, stall_s: float = 60, probe_s: float = 60, voice: str = "baker") -> TritonWatch:
    assert server.port
    return TritonWatch(voice, server.port, stall_s, probe_s)


def _abort(status: grpc.StatusCode, message: str) -> Any:
    async def behave(context: Any) -> None:
        await context.abort(status, message)

    return behave


async def test_an_idle_one_is_made_to_speak_now_and_then(machine: Machine, server: TestServer, address: str) -> None:
    """At first, and when the last time is long ago; each time it leaves a new text and seed."""
    often, seldom = _watch(server, probe_s=0.001), _watch(server)
    for _ in range(3):
        assert Well() == await often(address)
        assert Well() == await seldom(address)
        await asyncio.sleep(0.01)
    assert 3 + 1 == machine.probes
    assert 8 == len({tuple(request.raw_input_contents) for request in machine.triton.requests})


async def test_an_idle_one_rests_after_a_probe_that_took_long(
    machine: Machine, server: TestServer, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to three times the usual pause, so that looking is not most of the work of a slow engine."""
    slow, now = _watch(server, probe_s=10), 0.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))

    async def behave(_context: Any) -> None:
        nonlocal now
        now += 0.6  # twice, for the two calls of a probe

    machine.triton.behave = behave
    await slow(address)
    for at, probes in ((20, 1), (25.9, 2), (40, 2), (60, 3)):
        now = at
        await slow(address)
        assert probes == machine.probes


@pytest.mark.parametrize(("configured", "spoken"), [("yunxi", b"yunxi"), ("", b"xiaoxiao")])
async def test_it_speaks_with_the_voice_of_the_service(
    machine: Machine, server: TestServer, address: str, configured: str, spoken: bytes
) -> None:
    """With the configured one, or else the engine's own."""
    machine.triton.parameters["default_voice"] = "xiaoxiao"
    await _watch(server, voice=configured)(address)
    assert {spoken} == {request.raw_input_contents[1][4:] for request in machine.triton.requests}


async def test_one_that_answers_others_is_asked_less_often(
    machine: Machine, server: TestServer, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long its queue is, it is well; it may have a dead process that nobody has met."""
    watch = _watch(server, probe_s=0.001)
    await watch(address)
    machine.waiting = 500
    monkeypatch.setattr(module, "BUSY_FACTOR", 1e6)
    for _ in range(5):
        machine.answered += 1
        assert Well() == await watch(address)
    assert 1 == machine.probes
    monkeypatch.setattr(module, "BUSY_FACTOR", 1)
    machine.answered += 1
    await watch(address)
    assert 2 == machine.probes
    assert 7 == len(machine.triton.left)  # a call of `cancel` costs nothing


async def test_answers_from_the_cache_are_no_evidence(machine: Machine, server: TestServer, address: str) -> None:
    """They come from memory, whatever has died: it is made to speak."""
    watch = _watch(server, probe_s=0.001)
    await watch(address)
    machine.from_cache += 10
    await asyncio.sleep(0.01)
    await watch(address)
    assert 2 == machine.probes


async def test_a_dead_process_among_several_is_found_under_load(
    machine: Machine, server: TestServer, address: str
) -> None:
    """Requests that met it make a probe, though others are answered; what the probe says lasts."""
    watch = _watch(server)
    await watch(address)
    machine.answered, machine.broken = 10, 3
    machine.triton.behave = _abort(grpc.StatusCode.INTERNAL, DEAD)
    before = machine.probes
    assert Failure(DEAD, Weight.LASTING) == await watch(address)
    assert 4 == machine.probes - before  # more calls than usual, to meet it


async def test_one_that_does_not_answer_hangs(
    machine: Machine, server: TestServer, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A probe is on its way and nobody else is answered: first that says nothing, then enough."""
    monkeypatch.setattr(module, "WAIT_S", 0.2)
    machine.triton.behave = lambda _: asyncio.sleep(60)
    watch = _watch(server, stall_s=0.1)
    assert Unknown() == await watch(address)
    sight = await watch(address)
    assert isinstance(sight, Failure)
    assert Weight.CONCLUSIVE is sight.weight


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (grpc.StatusCode.UNAVAILABLE, "[request id: 1] Exceeds maximum queue size", Unknown()),
        (grpc.StatusCode.INVALID_ARGUMENT, "unknown_voice: x", Failure("unknown_voice: x", Weight.NOTICE)),
        (grpc.StatusCode.UNAVAILABLE, "Socket closed", Failure("Socket closed")),
    ],
)
async def test_what_a_probe_is_told_weighs_differently(
    machine: Machine, server: TestServer, address: str, status: grpc.StatusCode, message: str, expected: object
) -> None:
    """A full queue says nothing, a wrong setting is for a person, anything else counts."""
    machine.triton.behave = _abort(status, message)
    assert expected == await _watch(server)(address)


async def test_after_a_failure_it_is_asked_again_at_once(machine: Machine, server: TestServer, address: str) -> None:
    """Not when the next probe would be due."""
    machine.triton.behave = _abort(grpc.StatusCode.UNAVAILABLE, "Socket closed")
    watch = _watch(server)
    await watch(address)
    machine.triton.behave = None
    assert Well() == await watch(address)


async def test_one_whose_metrics_are_silent_does_not_answer(machine: Machine, server: TestServer, address: str) -> None:
    """A frozen server answers nothing at all."""
    machine.metrics = False
    with pytest.raises(ProbeError, match="500"):
        await _watch(server)(address)
