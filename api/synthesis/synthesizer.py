"""A whole text through the queue: segments a few at a time, sounds in order."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from api.audio.volume import scaled
from api.engine.engine import Speech
from api.engine.errors import NothingToSpeakError
from api.labels.notice import manner_of
from api.labels.policy import Audible
from api.synthesis.queue import FairQueue, QueuedCall
from api.synthesis.request import SpeechRequest
from api.synthesis.segments import Segment

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Sound:
    """A segment, spoken; `segment` says which part of the text it is and how long the pause after it.

    One that is a `label` is no part of the text.
    """

    speech: Speech
    segment: Segment
    label: Audible | None = None

    @property
    def seconds(self) -> float:
        """With the pause."""
        return len(self.speech.waveform) / self.speech.sample_rate + self.segment.pause_s


class Synthesizer:
    """`ahead` segments of a call, or fewer, are queued, being made or waiting to be taken at a time."""

    def __init__(self, queue: FairQueue, ahead: int) -> None:
        self._queue = queue
        self._ahead = ahead

    async def speak(
        self, request: SpeechRequest, segments: Sequence[Segment], call: QueuedCall
    ) -> AsyncGenerator[Sound, None]:
        """The sounds of a text as they become ready, in order; to stop early, close the generator.

        A segment with nothing to pronounce is passed over, but not all of them: then it is `NothingToSpeakError`.
        TimeoutError when the call's pace gives up.
        """

        def work(segment: Segment) -> Coroutine[Any, Any, Sound | None]:
            return self._speak(request, segment, call)

        spoken, clock = False, asyncio.get_running_loop().time
        async with aclosing(in_order(work, segments, min(self._ahead, call.pace.ahead))) as results:
            while True:
                try:
                    # Not around the loop: whoever consumes the sounds may take the time it likes.
                    async with asyncio.timeout_at(call.pace.give_up(clock())):
                        _, sound = await anext(results)
                except StopAsyncIteration:
                    break
                if sound is not None:
                    spoken = True
                    call.pace.taken(sound.seconds, clock())
                    yield sound
        if not spoken:
            raise NothingToSpeakError

    async def _speak(self, request: SpeechRequest, segment: Segment, call: QueuedCall) -> Sound | None:
        request = manner_of(segment, request)
        work = request.work_of(segment)
        try:
            speech = await self._queue.speak(call, request.utterance(segment), work)
        except NothingToSpeakError:
            return None
        sound = Sound(_finished(speech, request.style_of(segment).volume, segment.lead_s), segment)
        call.pace.made(work, sound.seconds)
        return sound


def _finished(speech: Speech, volume: float, lead_s: float) -> Speech:
    """What no engine does: so many times the amplitude, and silence before it."""
    waveform = scaled(speech.waveform, volume)
    lead = np.zeros(round(lead_s * speech.sample_rate), np.float32)
    times = None if speech.times is None else speech.times + np.float32(lead_s)
    return replace(speech, waveform=np.concatenate([lead, waveform]), times=times)


async def in_order(
    work: Callable[[Item], Coroutine[Any, Any, Result]], items: Iterable[Item], width: int
) -> AsyncGenerator[tuple[Item, Result], None]:
    """Each item and its result, at most `width` being worked on; closing it cancels what is under way."""
    waiting: deque[tuple[Item, asyncio.Task[Result]]] = deque()
    try:
        for item in items:
            waiting.append((item, asyncio.create_task(work(item))))
            if len(waiting) == width:
                yield waiting[0][0], await waiting[0][1]
                waiting.popleft()
        while waiting:
            yield waiting[0][0], await waiting[0][1]
            waiting.popleft()
    finally:
        for _, task in waiting:
            task.cancel()
        await asyncio.gather(*(task for _, task in waiting), return_exceptions=True)
