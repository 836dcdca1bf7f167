"""The one way to speak, whatever the transport: a call is admitted, queued, spoken and settled, however it ends."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from api import problems
from api.auth.principal import Principal
from api.engine.engine import Capabilities, Reading
from api.engine.errors import (
    BadTakeError,
    CannotInspectError,
    EngineAwayError,
    EngineError,
    EngineOverloadedError,
    EngineTimeoutError,
    NothingToSpeakError,
    RefusedError,
)
from api.labels.audible import labelled, segments_of
from api.labels.notice import manner_of
from api.limits.limiter import Account, Admission, Limiter, Usage, headers
from api.metrics import Metrics
from api.problems import Refusal
from api.synthesis.admission import AdmissionControl
from api.synthesis.growing import GrowingText, Text, WholeText
from api.synthesis.pace import FIRST_SOUND_S, Pace, Playback, Whole
from api.synthesis.queue import SHORTEST_S, FairQueue, QueuedCall
from api.synthesis.request import SpeechRequest
from api.synthesis.segments import Segment, count
from api.synthesis.synthesizer import Sound, Synthesizer
from api.synthesis.work import WORK_OF_A_CHARACTER, round_down, work_of_length

ASK_AGAIN_S = 0.25
"""How often a call asks whether it is its turn in its user's line, or whether there is an engine again."""

EXPECTED_CHARACTERS = 200
"""Of a text that is being written: what is expected to follow when it is let in."""

WRITING_S = 600.0
"""How long it may be written, beside what it takes to be said, before its place in its user's line is given up."""

PROBLEMS = {
    BadTakeError: problems.SPEECH_UNUSABLE,
    CannotInspectError: problems.INSPECT_UNAVAILABLE,
    EngineAwayError: problems.ENGINE_UNAVAILABLE,
    EngineOverloadedError: problems.OVERLOADED,
    EngineTimeoutError: problems.SYNTHESIS_TIMEOUT,
    NothingToSpeakError: problems.NOTHING_TO_SPEAK,
    TimeoutError: problems.SYNTHESIS_TIMEOUT,
}
RETRY_S = {problems.ENGINE_UNAVAILABLE: 3, problems.OVERLOADED: 3, problems.INSPECT_UNAVAILABLE: 10}
LIMITED = {"calls": problems.RATE_LIMITED, "characters": problems.CHARACTERS_LIMITED}


class Engines(Protocol):
    async def capabilities(self) -> Capabilities: ...

    async def inspect(self, text: str, timeout_s: float) -> Reading: ...


@dataclass
class Delivery:
    """How many characters of a stream its caller has got the sound of.

    They are those of the text up to there, or those that were spoken if these are more.
    """

    characters: int = 0
    _spoken: int = 0

    def add(self, segment: Segment) -> None:
        self._spoken += count(segment.text)
        self.characters = max(self.characters, segment.end, self._spoken)

    def finish(self, characters: int) -> None:
        """Say that everything was delivered, of a text of so many characters."""
        self.characters = max(characters, self._spoken)


@dataclass(frozen=True)
class _Order:
    """What is to be said, to whom, and when; `delivery` is None for a whole answer."""

    principal: Principal
    request: SpeechRequest
    text: Text
    pace: Pace
    delivery: Delivery | None


@dataclass(frozen=True)
class Call:
    """A call that was admitted. `headers` say what is left of the user's limits."""

    _order: _Order
    headers: dict[str, str]
    _segments: AsyncIterator[Segment]
    _queued: QueuedCall
    _synthesizer: Synthesizer
    _metrics: Metrics

    async def sounds(self) -> AsyncGenerator[Sound, None]:
        """The sounds of the text, in order, or `Refusal`; to stop early, close the generator.

        Of a stream a sound counts as delivered when the next one is asked for.
        """
        request = self._order.request
        try:
            with self._metrics.synthesis_seconds.time():
                spoken = self._synthesizer.speak(request, self._segments, self._queued)
                async with aclosing(labelled(spoken, request.label)) as sounds:
                    async for sound in sounds:
                        yield sound
                        if self._order.delivery:
                            self._order.delivery.add(sound.segment)
        except (EngineError, TimeoutError) as error:
            raise refusal_of(error) from error
        if self._order.delivery:
            self._order.delivery.finish(self._order.text.characters)


@dataclass(frozen=True)
class Desk:
    """Where calls are taken.

    A whole answer may take `timeout_s`, each sound of a stream `sound_timeout_s`. `patience_s` is how long a call waits
    for an engine when there is none.
    """

    engines: Engines
    limiter: Limiter
    control: AdmissionControl
    queue: FairQueue
    synthesizer: Synthesizer
    metrics: Metrics
    timeout_s: float
    sound_timeout_s: float
    patience_s: float

    def call(
        self, principal: Principal, request: SpeechRequest, call_id: str, waited_s: float = 0.0, *, stream: bool = False
    ) -> AbstractAsyncContextManager[Call]:
        """Take a call, or `Refusal`; the block is to end when the caller has got everything.

        `call_id` is the edge's own: a call that it asks again, because a replica died, is charged once. `waited_s` of
        its time have passed before. The sounds of a `stream` are sent as they come: it has no deadline as a whole, and
        begins anew when it is asked again.
        """
        text, now = WholeText(request.characters), time.monotonic()
        if stream:
            order = _Order(principal, request, text, Playback(now, self.sound_timeout_s), Delivery())
            return self._take(order, call_id, FIRST_SOUND_S + request.most_seconds)
        left_s = max(self.timeout_s - waited_s, SHORTEST_S)
        return self._take(_Order(principal, request, text, Whole(now + left_s, self.timeout_s), None), call_id, left_s)

    def growing_call(
        self, principal: Principal, request: SpeechRequest, text: GrowingText, call_id: str
    ) -> AbstractAsyncContextManager[Call]:
        """Take the call of a stream whose text is still being written; that of the request is of no effect.

        As many characters are charged at first as it may have, or as are left to the user.
        """
        order = _Order(principal, request, text, Playback(time.monotonic(), self.sound_timeout_s), Delivery())
        return self._take(order, call_id, WRITING_S + request.most_seconds_of(text.most))

    @asynccontextmanager
    async def _take(self, order: _Order, call_id: str, lease_s: float) -> AsyncIterator[Call]:
        async with (
            self.admitted(order.principal.account, call_id, order.text, lease_s, order.delivery) as admission,
            self._queued(order, admission) as call,
        ):
            yield call

    @asynccontextmanager
    async def admitted(
        self, account: Account, call_id: str, text: Text, lease_s: float, delivery: Delivery | None = None
    ) -> AsyncIterator[Admission]:
        """Charge a call within its account's limits, or `Refusal`; how the block ends decides what it costs."""
        admission, failure = await self._admit(account, call_id, text, lease_s), None
        try:
            yield admission
        except Exception as error:
            failure = error
            raise
        finally:
            calls, characters = _cost(text.characters, delivery, failure)
            await self.limiter.settle(admission, calls=calls, characters=characters)

    async def _admit(self, account: Account, call_id: str, text: Text, lease_s: float) -> Admission:
        characters = text.characters if text.complete else text.most
        while (admission := await self.limiter.admit(account, call_id, characters, lease_s)).refused:
            left = min(usage.remaining for usage in admission.usages if usage.limit == account.plan.characters)
            less = max(left, text.characters)  # as this process sees it; then as all do
            if less >= characters:
                raise _limit_refusal(admission.usages, admission.refused)
            characters = less
        text.allow(admission.characters, problems.CHARACTERS_LIMITED)
        return admission

    @asynccontextmanager
    async def _queued(self, order: _Order, admission: Admission) -> AsyncIterator[Call]:
        request, pace, growing = order.request, order.pace, not order.text.complete
        longest = await self.longest(pace.due(time.monotonic()))
        async with aclosing(order.text.segments(request, longest)) as batches:
            first = await anext(batches, None)
            if not first:
                raise Refusal(problems.NOTHING_TO_SPEAK)
            first = segments_of(request.label, first)
            if growing:
                pace.resume(time.monotonic())
            queued = self._let_in(order, self._works(request, first), again=admission.replayed)
            try:
                await self._turn(admission, pace.due(time.monotonic()))
                left = headers(admission.usages, None)
                async with aclosing(self._segments(request, queued, first, batches)) as segments:
                    yield Call(order, left, segments, queued, self.synthesizer, self.metrics)
            finally:
                self.queue.leave(queued)

    def _let_in(self, order: _Order, works: Sequence[float], *, again: bool) -> QueuedCall:
        if order.delivery is None and sum(works) > (most := self.control.most_alone):
            limit = round_down(order.text.characters * most / sum(works))
            raise Refusal(problems.TEXT_TOO_LONG_FOR_ENGINE, limit=limit)
        more = 0.0 if order.text.complete else work_of_length(EXPECTED_CHARACTERS, order.request.speed)
        return self.control.admit(order.principal.hash, works, order.pace, more=more, again=again)

    def longest_whole_text(self, most: int) -> int:
        """How many characters, of these at most, a whole answer can have at present, at normal speed."""
        alone = self.control.most_alone
        return most if math.isinf(alone) else min(most, round_down(alone / WORK_OF_A_CHARACTER))

    async def longest(self, deadline: float) -> int:
        """How many characters a segment may have, or `Refusal`; an engine that is away is waited for."""
        give_up = min(deadline, time.monotonic() + self.patience_s)
        while True:
            try:
                return (await self.engines.capabilities()).max_segment_characters
            except EngineError as error:
                if not isinstance(error, EngineAwayError) or time.monotonic() >= give_up:
                    raise refusal_of(error) from None
            await asyncio.sleep(ASK_AGAIN_S)

    async def _segments(
        self,
        request: SpeechRequest,
        queued: QueuedCall,
        first: Sequence[Segment],
        batches: AsyncIterator[Sequence[Segment]],
    ) -> AsyncGenerator[Segment, None]:
        """The first, which the queue knows of, and those that follow when they are known."""
        for segment in first:
            yield segment
        async for batch in batches:
            self.queue.extend(queued, self._works(request, batch))
            for segment in batch:
                yield segment

    def _works(self, request: SpeechRequest, segments: Sequence[Segment]) -> list[float]:
        return [manner_of(segment, request).work_of(segment) for segment in segments]

    async def _turn(self, admission: Admission, deadline: float) -> None:
        """Wait in the user's line."""
        while not admission.its_turn:
            await asyncio.sleep(ASK_AGAIN_S)
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise Refusal(problems.OVERLOADED, retry_after=RETRY_S[problems.OVERLOADED])
            admission = await self.limiter.admit(admission.account, admission.call, admission.characters, left_s)
            if admission.refused:  # another replica had the same call, and settled it
                raise _limit_refusal(admission.usages, admission.refused)


def _limit_refusal(usages: tuple[Usage, ...], refused: Usage) -> Refusal:
    problem = problems.TEXT_TOO_LONG if refused.never else LIMITED[refused.limit.name]
    return Refusal(problem, headers=headers(usages, refused), limit=refused.limit.amount)


def refusal_of(error: EngineError | TimeoutError) -> Refusal:
    if isinstance(error, RefusedError):
        return Refusal(error.problem, **error.values)
    problem = PROBLEMS.get(type(error), problems.SYNTHESIS_FAILED)
    return Refusal(problem, retry_after=RETRY_S.get(problem))


def _cost(everything: int, delivery: Delivery | None, failure: Exception | None) -> tuple[int, int]:
    """Calls and characters that are charged in the end; `delivery` is None for a whole answer.

    All of a whole answer counts, also when the caller leaves, of a stream what was delivered. What we fail at half-way
    is a call if some of it was.
    """
    if isinstance(failure, Refusal) and failure.problem is problems.NOTHING_TO_SPEAK:
        return 1, everything
    if delivery is None:
        return (0, 0) if failure else (1, everything)
    return int(not failure or delivery.characters > 0), delivery.characters
