"""Segments are spoken a few at a time, and heard in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from api.engine.errors import EngineError, EngineFailedError, NothingToSpeakError
from api.metrics import Metrics
from api.synthesis.pace import Whole
from api.synthesis.queue import FairQueue
from api.synthesis.request import SpeechRequest
from api.synthesis.segments import Segment
from api.synthesis.synthesizer import Sound, Synthesizer
from tests.fakes.engines import ManualEngines, settle

TEXTS = ("一", "二", "三", "四")


class Speaker:
    """One call under way; `sounds` are those that were heard so far."""

    def __init__(self, engines: ManualEngines, ahead: int = 3, deadline_s: float = 60.0) -> None:
        self.sounds: list[Sound] = []
        self.written = asyncio.Event()
        self.written.set()
        self._queue = FairQueue(engines, 20.0, Metrics())
        self._synthesizer = Synthesizer(self._queue, ahead)
        pace = Whole(asyncio.get_running_loop().time() + deadline_s, deadline_s)
        self._call = self._queue.enter("lily", [1.0] * 100, pace)
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        request = SpeechRequest("".join(TEXTS), "baker", speed=2.0)
        async with aclosing(self._synthesizer.speak(request, self._segments(), self._call)) as sounds:
            async for sound in sounds:
                self.sounds.append(sound)

    async def _segments(self) -> AsyncIterator[Segment]:
        for text in TEXTS:
            await self.written.wait()
            yield Segment(text, 0, 1, 0.35)

    @property
    def heard(self) -> list[str]:
        return [sound.segment.text for sound in self.sounds]


@pytest.fixture
def engines() -> ManualEngines:
    return ManualEngines(slots=10)


async def test_in_order(engines: ManualEngines) -> None:
    """Sounds come in the order of the text, each as soon as all before it are there."""
    speaker = Speaker(engines)
    await settle()
    await engines.finish("二")
    assert [] == speaker.heard
    await engines.finish("一")
    assert ["一", "二"] == speaker.heard
    for text in ("三", "四"):
        await engines.finish(text)
    await speaker.task
    assert [*TEXTS] == speaker.heard


async def test_a_few_ahead(engines: ManualEngines) -> None:
    """No more segments than allowed are asked for before the first is heard."""
    speaker = Speaker(engines, ahead=3)
    await settle()
    assert [*TEXTS[:3]] == engines.asked
    await engines.finish("一")
    assert [*TEXTS] == engines.asked
    speaker.task.cancel()


async def test_silent_segments_are_skipped(engines: ManualEngines) -> None:
    """A segment the engine cannot pronounce does not spoil the others."""
    speaker = Speaker(engines)
    await settle()
    await engines.finish("一", NothingToSpeakError())
    for text in TEXTS[1:]:
        await engines.finish(text)
    await speaker.task
    assert [*TEXTS[1:]] == speaker.heard


@pytest.mark.parametrize(
    ("errors", "expected"),
    [([NothingToSpeakError()] * 4, NothingToSpeakError), ([EngineFailedError()], EngineFailedError)],
)
async def test_failures(engines: ManualEngines, errors: list[EngineError], expected: type[EngineError]) -> None:
    """One failing segment fails the call and cancels the rest, and so do four with nothing to pronounce."""
    speaker = Speaker(engines)
    await settle()
    for text, error in zip(TEXTS, errors, strict=False):
        await engines.finish(text, error)
    with pytest.raises(expected):
        await speaker.task
    await settle()
    assert 10 == engines.room


async def test_stopping_cancels_the_rest(engines: ManualEngines) -> None:
    """A call that is cancelled leaves nothing running."""
    speaker = Speaker(engines)
    await settle()
    speaker.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaker.task
    await settle()
    assert (10, [*TEXTS[:3]]) == (engines.room, engines.asked)


async def test_the_deadline(engines: ManualEngines) -> None:
    """What is not spoken by then is a timeout, and leaves nothing running."""
    speaker = Speaker(engines, deadline_s=0.02)
    with pytest.raises(TimeoutError):
        await speaker.task
    await settle()
    assert 10 == engines.room


async def test_what_is_not_written_is_waited_for(engines: ManualEngines) -> None:
    """What is spoken is heard meanwhile, and the time that the writer takes is nobody's fault."""
    speaker = Speaker(engines, ahead=3, deadline_s=0.1)
    await settle()
    speaker.written.clear()
    for text in TEXTS[:3]:
        await engines.finish(text)
    assert [*TEXTS[:3]] == speaker.heard
    await asyncio.sleep(0.15)
    assert not speaker.task.done()
    speaker.task.cancel()
