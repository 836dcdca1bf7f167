"""Segments are spoken a few at a time, and heard in order."""

import asyncio
from contextlib import aclosing

import pytest

from api import problems
from api.errors import ApiError
from api.metrics import Metrics
from api.synthesis.request import SpeechRequest
from api.synthesis.synthesizer import Sound, Synthesizer
from tests.fakes.engine import SAMPLES_PER_CHARACTER, FakeEngine
from tests.support.waiting import until

SENTENCES = [f"这是需要朗读的第{number}句完整的话{'啊' * count}。" for count, number in enumerate("一二三四五六")]


async def speak(engine: FakeEngine, text: str, in_flight: int = 3) -> list[Sound]:
    request = SpeechRequest(text, (0.0,) * 8, 1.0)
    async with aclosing(Synthesizer(engine, in_flight, Metrics()).speak(request)) as sounds:
        return [sound async for sound in sounds]


async def test_in_order(engine: FakeEngine) -> None:
    """Sounds come in the order of the text, though later ones are ready first."""
    engine.delays = {"第一": 0.05, "第三": 0.03}
    sounds = await speak(engine, "".join(SENTENCES))
    assert [len(sentence) * SAMPLES_PER_CHARACTER for sentence in SENTENCES] == [len(s.waveform) for s in sounds]


async def test_a_few_in_flight(engine: FakeEngine) -> None:
    """No more segments than allowed are at the engine at a time, and no fewer while there are more."""
    engine.delays = {"": 0.01}
    await speak(engine, "".join(SENTENCES), in_flight=3)
    assert 3 == engine.most_running


async def test_silent_segments_are_skipped(engine: FakeEngine) -> None:
    """A segment the engine cannot pronounce does not spoil the others."""
    engine.failures = {"第二": ApiError(problems.NOTHING_TO_SPEAK)}
    assert 5 == len(await speak(engine, "".join(SENTENCES)))


@pytest.mark.parametrize("text", ["……", "这是一句引擎不会念的话。"])
async def test_nothing_to_speak(engine: FakeEngine, text: str) -> None:
    """When nothing at all can be spoken, that is said."""
    engine.failures = {"": ApiError(problems.NOTHING_TO_SPEAK)}
    with pytest.raises(ApiError, match="nothing_to_speak"):
        await speak(engine, text)


async def test_a_failure_cancels_the_rest(engine: FakeEngine) -> None:
    """One failing segment fails the call, and leaves nothing running."""
    engine.delays = {"第二": 60, "第三": 60}
    engine.failures = {"第一": ApiError(problems.OVERLOADED)}
    with pytest.raises(ApiError, match="overloaded"):
        await speak(engine, "".join(SENTENCES))
    assert (0, 2) == (engine.running, engine.counts["cancelled"])


async def test_stopping_cancels_the_rest(engine: FakeEngine) -> None:
    """A call that is cancelled leaves nothing running."""
    engine.delays = {"": 60}
    call = asyncio.create_task(speak(engine, "".join(SENTENCES)))
    await until(lambda: engine.running == 3)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert (0, 3, 3) == (engine.running, engine.counts["cancelled"], len(engine.spoken))
