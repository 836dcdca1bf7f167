"""The gRPC client against a server that answers as Triton was measured to (facts/triton.md)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import grpc  # type: ignore[import-untyped]
import numpy as np
import pytest
from numpy.typing import NDArray
from structlog.testing import capture_logs

from api.engine import triton as module
from api.engine.engine import Capabilities, Reading, Syllable, Utterance
from api.engine.errors import (
    BadTakeError,
    CannotInspectError,
    EngineAwayError,
    EngineError,
    EngineFailedError,
    EngineOverloadedError,
    EngineTimeoutError,
    NothingToSpeakError,
    RefusedError,
)
from api.engine.triton import TritonEngine
from api.engine.triton_errors import engine_error
from api.engine.voices import Voice
from api.problems import Refusal, render
from tests.fakes.triton import FakeTriton
from tests.support.waiting import until

UTTERANCE = Utterance("你好", "baker", (0.0,) * 8)


@pytest.fixture
def triton() -> FakeTriton:
    return FakeTriton()


@pytest.fixture
async def engine(triton: FakeTriton) -> AsyncIterator[TritonEngine]:
    async with triton.serving() as address:
        engine = TritonEngine(address)
        yield engine
        await engine.close()


async def test_inputs_and_output(engine: TritonEngine, triton: FakeTriton) -> None:
    """The tensors are those of contract 1; what is neutral or not given is left out."""
    speech = await engine.speak(UTTERANCE, 5)
    assert [0, 0.5, -0.5, 1] == speech.waveform.tolist()
    assert speech.sample_rate == 24000
    await engine.speak(Utterance("你好", "baker", (1.0,) * 8, 2.0, 1.5, 0.5, seed=7), 5)
    plain, full = ({t.name: (t.datatype, list(t.shape)) for t in request.inputs} for request in triton.requests)
    always = {"TEXT": ("BYTES", [1, 1]), "VOICE": ("BYTES", [1, 1]), "SPEED": ("FP32", [1, 1])}
    assert always == plain
    more = {name: ("FP32", [1, 1]) for name in ("PITCH", "INTENSITY")}
    assert always | more | {"EMOTION": ("FP32", [1, 8]), "SEED": ("INT64", [1, 1])} == full
    assert "你好".encode() in triton.requests[0].raw_input_contents[0]
    assert b"baker" in triton.requests[0].raw_input_contents[1]


async def test_the_rate_and_the_times_of_a_waveform(engine: TritonEngine, triton: FakeTriton) -> None:
    """Where a server tells them they hold, whatever its configuration says; an older server tells neither."""
    assert (await engine.speak(UTTERANCE, 5)).times is None
    triton.more_outputs = {
        "SAMPLE_RATE": ("INT32", np.array([[16000]], np.int32)),
        "CHARACTER_TIMES": ("FP32", np.array([[[0, 1], [1, 2.5]]], np.float32)),
    }
    speech = await engine.speak(UTTERANCE, 5)
    assert 16000 == speech.sample_rate
    assert speech.times is not None
    assert [[0, 1], [1, 2.5]] == speech.times.tolist()


@pytest.mark.parametrize("times", [np.zeros((1, 3, 2), np.float32), np.full((1, 2, 2), np.nan, np.float32)])
async def test_times_of_something_else(engine: TritonEngine, triton: FakeTriton, times: NDArray[np.float32]) -> None:
    """Times that are not one for each character are a failure of the engine's."""
    triton.more_outputs = {"CHARACTER_TIMES": ("FP32", times)}
    with pytest.raises(EngineFailedError):
        await engine.speak(UTTERANCE, 5)


async def test_another_engine_at_this_address(
    engine: TritonEngine, triton: FakeTriton, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample rate is that of the server as it is now, not as it was before a restart."""
    await engine.speak(UTTERANCE, 5)
    monkeypatch.setattr(module, "CONFIGURATION_AGE_S", -1)
    triton.parameters = {"sample_rate": "22050", "max_segment_characters": "80"}
    assert (await engine.speak(UTTERANCE, 5)).sample_rate == 22050


async def test_capabilities(engine: TritonEngine, triton: FakeTriton) -> None:
    """Rate and segment limit come from the model's configuration, which is not read for each call."""
    assert Capabilities(24000, 60) == await engine.capabilities()
    triton.parameters = {}
    assert Capabilities(24000, 60) == await engine.capabilities()


VOICES = """[{"id": "xiaoxiao", "name": "晓晓", "language": "zh-CN", "gender": "female", "preview": "你好。"}]"""


async def test_voices(engine: TritonEngine, triton: FakeTriton) -> None:
    """A server lists its voices in its configuration; its default is spoken under its own name, in mixtures, too."""
    triton.parameters |= {"default_voice": "xiaoxiao", "voices": VOICES}
    capabilities = await engine.capabilities()
    assert "xiaoxiao" == capabilities.default_voice
    assert [Voice("xiaoxiao", "晓晓", "zh-CN", "female", "你好。")] == list(capabilities.voices or ())
    for voice in ("default", "yunxi+default", "yunxi"):
        await engine.speak(replace(UTTERANCE, voice=voice), 5)
    sent = [request.raw_input_contents[1][4:].decode() for request in triton.requests]
    assert ["xiaoxiao", "yunxi+xiaoxiao", "yunxi"] == sent


async def test_a_server_without_a_default_voice(engine: TritonEngine, triton: FakeTriton) -> None:
    """It is not asked for one that nobody named, and speaks with one that somebody names."""
    with pytest.raises(RefusedError, match="voice_not_configured"):
        await engine.speak(replace(UTTERANCE, voice="default"), 5)
    await engine.speak(replace(UTTERANCE, voice="anna"), 5)
    assert 1 == len(triton.requests)


@pytest.mark.parametrize("voices", ["", "{}", '[{"id": "x"}]', '[{"id": "x", "name": "x", "gender": "?"}]'])
async def test_voices_in_no_form(engine: TritonEngine, triton: FakeTriton, voices: str) -> None:
    """A list that is not in the contract's form is a failure of the server's."""
    triton.parameters |= {"voices": voices}
    with pytest.raises(EngineFailedError, match="voices"):
        await engine.capabilities()


async def test_capabilities_missing(engine: TritonEngine, triton: FakeTriton) -> None:
    """A model that does not say is a failure, tried again next time."""
    triton.parameters = {}
    with pytest.raises(EngineFailedError):
        await engine.capabilities()
    triton.parameters = {"sample_rate": "22050", "max_segment_characters": "80"}
    assert Capabilities(22050, 80) == await engine.capabilities()


async def test_a_reading(engine: TritonEngine, triton: FakeTriton) -> None:
    """The model `inspect` is asked about a text; what it does not know is None."""
    syllables = (Syllable("长", "chang2", "chang2"), Syllable("OK", None, None))
    assert Reading("长OK", syllables) == await engine.inspect("长OK", 5)
    assert [("inspect", "TEXT", [1])] == [
        (request.model_name, request.inputs[0].name, list(request.inputs[0].shape)) for request in triton.requests
    ]
    assert "长OK".encode() in triton.requests[0].raw_input_contents[0]


async def test_a_server_that_cannot_be_asked(engine: TritonEngine, triton: FakeTriton) -> None:
    """One of before there was `inspect` is not away: it speaks."""
    triton.inspects = False
    with pytest.raises(CannotInspectError):
        await engine.inspect("长OK", 5)
    await engine.speak(UTTERANCE, 5)


async def test_statistics(engine: TritonEngine) -> None:
    """Waiting in front of the two steps, and working in them."""
    statistics = await engine.statistics()
    assert (3, 2.1, 0.906) == (statistics.segments, statistics.waited_s, statistics.worked_s)


async def test_cancelling_reaches_triton(engine: TritonEngine, triton: FakeTriton) -> None:
    """A cancelled call is cancelled at the server too."""
    triton.behave = lambda _context: asyncio.sleep(60)
    call = asyncio.create_task(engine.speak(UTTERANCE, 5))
    await until(lambda: bool(triton.requests))
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.wait_for(triton.cancelled.wait(), 2)
    await until(lambda: triton.left == [triton.requests[0].id])


async def test_a_triton_that_cannot_be_told_is_no_error(engine: TritonEngine, triton: FakeTriton) -> None:
    """A call is cancelled and the engine closed, whether or not anyone can be told."""
    triton.behave = lambda _context: asyncio.sleep(60)
    call = asyncio.create_task(engine.speak(UTTERANCE, 5))
    await until(lambda: bool(triton.requests))
    triton.left = None  # type: ignore[assignment]  # the server fails
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_deadline(engine: TritonEngine, triton: FakeTriton) -> None:
    """A segment that takes too long is a time-out, and Triton need not go on with it."""
    triton.behave = lambda _context: asyncio.sleep(60)
    with pytest.raises(EngineTimeoutError):
        await engine.speak(UTTERANCE, 0.5)
    await until(lambda: triton.left == [triton.requests[0].id])


async def test_server_error(engine: TritonEngine, triton: FakeTriton) -> None:
    """A refusal of the server's arrives with its problem and the field to blame."""
    triton.behave = lambda context: context.abort(
        grpc.StatusCode.INVALID_ARGUMENT, "in ensemble 'tts', unknown_voice: 没有这个音色：tom"
    )
    with pytest.raises(RefusedError, match="unknown_voice") as refused:
        await engine.speak(UTTERANCE, 5)
    assert ("voice", "tom") == (refused.value.values["field"], refused.value.values["voice"])


async def test_nobody_there() -> None:
    """A Triton that is down is away, at once."""
    engine = TritonEngine("127.0.0.1:1")
    with pytest.raises(EngineAwayError):
        await engine.capabilities()
    with pytest.raises(EngineAwayError):
        await engine.speak(UTTERANCE, 5)
    await engine.close()


@pytest.mark.parametrize(
    ("expected", "status", "message"),
    [
        (NothingToSpeakError, "INVALID_ARGUMENT", "in ensemble 'tts', nothing_to_speak: no speakable text"),
        (BadTakeError, "INVALID_ARGUMENT", "in ensemble 'tts', runaway: 340 codes without an end"),
        (EngineFailedError, "INVALID_ARGUMENT", "text_too_long: the api cut it, so it is ours to answer for"),
        (RefusedError, "INVALID_ARGUMENT", "in ensemble 'tts', invalid_parameter: speed"),
        (EngineFailedError, "INVALID_ARGUMENT", "in ensemble 'tts', internal_error: whatever"),
        (EngineFailedError, "INVALID_ARGUMENT", "unexpected shape for input 'SPEED'"),
        (EngineOverloadedError, "UNAVAILABLE", "in ensemble 'tts', Exceeds maximum queue size"),
        (EngineOverloadedError, "UNAVAILABLE", "Request timeout expired"),
        (EngineAwayError, "UNAVAILABLE", "failed to connect to all addresses"),
        (EngineTimeoutError, "DEADLINE_EXCEEDED", "Deadline Exceeded"),
        (EngineAwayError, "INTERNAL", "Stub process 'acoustic_0' is not healthy."),
        (EngineFailedError, "INTERNAL", "in ensemble 'tts', whatever"),
        (CannotInspectError, "NOT_FOUND", "Request for unknown model: 'inspect' is not found"),
        (EngineAwayError, "NOT_FOUND", "Request for unknown model: 'tts' is not found"),
    ],
)
def test_error_mapping(expected: type[EngineError], status: str, message: str) -> None:
    """Each error of Triton's that was measured has its meaning."""
    assert expected is type(engine_error(f"StatusCode.{status}", message))


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("invalid_pronunciation: ‹行|X›: …", "读音标注无效：‹行|X›；每个汉字须有一个带声调的拼音，如银行为 YIN2 HANG2"),
        ("unknown_voice: 没有这个音色：tom", "没有这个音色：tom"),
        ("not_supported_by_engine: 这个引擎读不了日文假名：こんにちは", "语音引擎读不了这种文字：こんにちは"),
    ],
)
def test_an_error_names_what_it_is_about(message: str, sentence: str) -> None:
    """The caller is told which mark, voice or script it is that the engine refuses."""
    error = engine_error("StatusCode.INVALID_ARGUMENT", f"in ensemble 'tts', {message}")
    assert isinstance(error, RefusedError)
    assert sentence == render(Refusal(error.problem, **error.values), "zh", "")["error"]


def test_tracebacks_stay_here() -> None:
    """A traceback that Triton leaks goes into the log, shortened, and nowhere else."""
    with capture_logs() as lines:
        error = engine_error("StatusCode.INTERNAL", "Traceback (most recent call last): " + "x" * 1000)
    assert "Traceback" not in str(error)
    assert 200 == len(lines[0]["message"])
