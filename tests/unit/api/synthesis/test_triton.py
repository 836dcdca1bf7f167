"""The gRPC client against a server that answers as Triton was measured to (facts/triton.md)."""

import asyncio
from collections.abc import AsyncIterator

import grpc  # type: ignore[import-untyped]
import pytest
from structlog.testing import capture_logs

from api.errors import ApiError
from api.synthesis.engine import Capabilities, Utterance
from api.synthesis.triton import TritonEngine
from api.synthesis.triton_errors import problem_of
from tests.fakes.triton import FakeTriton
from tests.support.waiting import until

UTTERANCE = Utterance("你好", (0.0,) * 8, 1.0)


@pytest.fixture
def triton() -> FakeTriton:
    return FakeTriton()


@pytest.fixture
async def engine(triton: FakeTriton) -> AsyncIterator[TritonEngine]:
    async with triton.serving() as address:
        engine = TritonEngine(address, "baker", 0.5)
        yield engine
        await engine.close()


async def test_inputs_and_output(engine: TritonEngine, triton: FakeTriton) -> None:
    """The tensors are those of contract 1; what is neutral or not given is left out."""
    assert [0, 0.5, -0.5, 1] == (await engine.speak(UTTERANCE)).tolist()
    await engine.speak(Utterance("你好", (1.0,) * 8, 2.0, seed=7))
    plain, full = ({t.name: (t.datatype, list(t.shape)) for t in request.inputs} for request in triton.requests)
    always = {"TEXT": ("BYTES", [1, 1]), "VOICE": ("BYTES", [1, 1]), "SPEED": ("FP32", [1, 1])}
    assert always == plain
    assert always | {"EMOTION": ("FP32", [1, 8]), "SEED": ("INT64", [1, 1])} == full
    assert "你好".encode() in triton.requests[0].raw_input_contents[0]


async def test_capabilities(engine: TritonEngine, triton: FakeTriton) -> None:
    """Rate and segment limit come from the model's configuration, which is read once."""
    assert Capabilities(24000, 60) == await engine.capabilities()
    triton.parameters = {}
    assert Capabilities(24000, 60) == await engine.capabilities()


async def test_capabilities_missing(engine: TritonEngine, triton: FakeTriton) -> None:
    """A model that does not say is a failure, tried again next time."""
    triton.parameters = {}
    with pytest.raises(ApiError, match="synthesis_failed"):
        await engine.capabilities()
    triton.parameters = {"sample_rate": "22050", "max_segment_characters": "80"}
    assert Capabilities(22050, 80) == await engine.capabilities()


async def test_cancelling_reaches_triton(engine: TritonEngine, triton: FakeTriton) -> None:
    """A cancelled call is cancelled at the server too."""
    triton.behave = lambda _context: asyncio.sleep(60)
    call = asyncio.create_task(engine.speak(UTTERANCE))
    await until(lambda: bool(triton.requests))
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.wait_for(triton.cancelled.wait(), 2)
    await until(lambda: triton.left == [triton.requests[0].id])


async def test_a_triton_that_cannot_be_told_is_no_error(engine: TritonEngine, triton: FakeTriton) -> None:
    """A call is cancelled and the engine closed, whether or not anyone can be told."""
    triton.behave = lambda _context: asyncio.sleep(60)
    call = asyncio.create_task(engine.speak(UTTERANCE))
    await until(lambda: bool(triton.requests))
    triton.left = None  # type: ignore[assignment]  # the server fails
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_deadline(engine: TritonEngine, triton: FakeTriton) -> None:
    """A segment that takes too long is a 504, and Triton need not go on with it."""
    triton.behave = lambda _context: asyncio.sleep(60)
    with pytest.raises(ApiError, match="synthesis_timeout"):
        await engine.speak(UTTERANCE)
    await until(lambda: triton.left == [triton.requests[0].id])


async def test_server_error(engine: TritonEngine, triton: FakeTriton) -> None:
    """A refusal of the server's arrives as a problem."""
    triton.behave = lambda context: context.abort(
        grpc.StatusCode.INVALID_ARGUMENT, "in ensemble 'tts', unknown_voice: no voice 'x'"
    )
    with pytest.raises(ApiError, match="unknown_voice"):
        await engine.speak(UTTERANCE)


async def test_nobody_there() -> None:
    """A Triton that is down is a 503, at once."""
    engine = TritonEngine("127.0.0.1:1", "baker", 5)
    with pytest.raises(ApiError, match="engine_unavailable"):
        await engine.capabilities()
    with pytest.raises(ApiError, match="engine_unavailable"):
        await engine.speak(UTTERANCE)
    await engine.close()


@pytest.mark.parametrize(
    ("expected", "status", "message"),
    [
        ((400, "nothing_to_speak"), "INVALID_ARGUMENT", "in ensemble 'tts', nothing_to_speak: no speakable text"),
        ((502, "synthesis_failed"), "INVALID_ARGUMENT", "text_too_long: the api cut it, so it is ours to answer for"),
        ((400, "invalid_parameter"), "INVALID_ARGUMENT", "in ensemble 'tts', invalid_parameter: speed"),
        ((502, "synthesis_failed"), "INVALID_ARGUMENT", "in ensemble 'tts', internal_error: whatever"),
        ((502, "synthesis_failed"), "INVALID_ARGUMENT", "unexpected shape for input 'SPEED'"),
        ((503, "overloaded"), "UNAVAILABLE", "in ensemble 'tts', Exceeds maximum queue size"),
        ((503, "overloaded"), "UNAVAILABLE", "Request timeout expired"),
        ((503, "engine_unavailable"), "UNAVAILABLE", "failed to connect to all addresses"),
        ((504, "synthesis_timeout"), "DEADLINE_EXCEEDED", "Deadline Exceeded"),
        ((503, "engine_unavailable"), "INTERNAL", "Stub process 'acoustic_0' is not healthy."),
        ((502, "synthesis_failed"), "INTERNAL", "in ensemble 'tts', whatever"),
        ((503, "engine_unavailable"), "NOT_FOUND", "Request for unknown model: 'tts' is not found"),
    ],
)
def test_error_mapping(expected: tuple[int, str], status: str, message: str) -> None:
    """Each error of Triton's that was measured has its answer; 503s say when to come back."""
    error = problem_of(f"StatusCode.{status}", message)
    assert expected == (error.problem.status, error.problem.code)
    assert (expected[0] == 503) == ("Retry-After" in error.headers)


def test_tracebacks_stay_here() -> None:
    """A traceback that Triton leaks goes into the log, shortened, and nowhere else."""
    with capture_logs() as lines:
        error = problem_of("StatusCode.INTERNAL", "Traceback (most recent call last): " + "x" * 1000)
    assert "synthesis_failed" == str(error)
    assert 200 == len(lines[0]["message"])
