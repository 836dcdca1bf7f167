"""A whole text through the queue: segments a few at a time, sounds in order."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Coroutine, Iterable
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
        self, request: SpeechRequest, segments: AsyncIterable[Segment], call: QueuedCall
    ) -> AsyncGenerator[Sound, None]:
        """The sounds of a text as they become ready, in order; to stop early, close the generator.

        A segment with nothing to pronounce is passed over, but not all of them: then it is `NothingToSpeakError`.
        TimeoutError when the call's pace gives up on a sound; segments that are not there yet are waited for.
        """

        def work(segment: Segment) -> Coroutine[Any, Any, Sound | None]:
            return self._speak(request, segment, call)

        spoken, clock = False, asyncio.get_running_loop().time
        async with aclosing(in_order(work, segments, min(self._ahead, call.pace.ahead))) as results:
            async for result in results:
                # Not around the loop: whoever writes the text, or consumes the sounds, may take the time it likes.
                async with asyncio.timeout_at(call.pace.give_up(clock())):
                    sound = await result
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


async def each(items: Iterable[Item]) -> AsyncIterator[Item]:
    """For `in_order`, where all items are there."""
    for item in items:
        yield item


async def in_order(
    work: Callable[[Item], Coroutine[Any, Any, Result]], items: AsyncIterable[Item], width: int
) -> AsyncGenerator[asyncio.Task[Result], None]:
    """The work on each item, at most `width` at a time; closing it cancels what is under way."""
    started = asyncio.Queue[asyncio.Task[Result] | None]()
    tasks = set[asyncio.Task[Result]]()
    room = asyncio.Semaphore(width)

    async def start() -> None:
        try:
            await room.acquire()
            async for item in items:
                task = asyncio.create_task(work(item))
                tasks.add(task)
                started.put_nowait(task)
                await room.acquire()
        finally:
            started.put_nowait(None)

    starter = asyncio.create_task(start())
    try:
        while task := await started.get():
            yield task
            tasks.discard(task)
            room.release()
        await starter
    finally:
        starter.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(starter, *tasks, return_exceptions=True)
