"""The one way to speak, whatever the transport: a call is admitted, queued, spoken and settled, however it ends."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
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
from api.script import cutting
from api.synthesis.admission import AdmissionControl
from api.synthesis.pace import Pace, Playback, Whole
from api.synthesis.queue import SHORTEST_S, FairQueue, QueuedCall
from api.synthesis.request import SpeechRequest
from api.synthesis.segments import Segment, count
from api.synthesis.synthesizer import Sound, Synthesizer

ASK_AGAIN_S = 0.25
"""How often a call asks whether it is its turn in its user's line, or whether there is an engine again."""

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


@dataclass(frozen=True)
class Call:
    """A call that was admitted. `headers` say what is left of the user's limits."""

    request: SpeechRequest
    segments: Sequence[Segment]
    headers: dict[str, str]
    _delivery: Delivery | None
    _queued: QueuedCall
    _synthesizer: Synthesizer
    _metrics: Metrics

    async def sounds(self) -> AsyncGenerator[Sound, None]:
        """The sounds of the text, in order, or `Refusal`; to stop early, close the generator.

        Of a stream a sound counts as delivered when the next one is asked for.
        """
        try:
            with self._metrics.synthesis_seconds.time():
                spoken = self._synthesizer.speak(self.request, self.segments, self._queued)
                async with aclosing(labelled(spoken, self.request.label)) as sounds:
                    async for sound in sounds:
                        yield sound
                        if self._delivery:
                            self._delivery.add(sound.segment)
        except (EngineError, TimeoutError) as error:
            raise refusal_of(error) from error
        if self._delivery:
            self._delivery.characters = self.request.characters


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

    @asynccontextmanager
    async def call(
        self, principal: Principal, request: SpeechRequest, call_id: str, waited_s: float = 0.0, *, stream: bool = False
    ) -> AsyncIterator[Call]:
        """Take a call, or `Refusal`; the block is to end when the caller has got everything.

        `call_id` is the edge's own: a call that it asks again, because a replica died, is charged once. `waited_s` of
        its time have passed before. The sounds of a `stream` are sent as they come: it has no deadline as a whole, and
        begins anew when it is asked again.
        """
        pace = self._pace(waited_s, stream=stream)
        lease_s = pace.due(now := time.monotonic()) - now + (request.most_seconds if stream else 0.0)
        delivery = Delivery() if stream else None
        async with (
            self.admitted(principal.account, call_id, request.characters, lease_s, delivery) as admission,
            self._queued(principal, request, admission, delivery, pace) as call,
        ):
            yield call

    @asynccontextmanager
    async def admitted(
        self, account: Account, call_id: str, characters: int, lease_s: float, delivery: Delivery | None = None
    ) -> AsyncIterator[Admission]:
        """Charge a call within its account's limits, or `Refusal`; how the block ends decides what it costs."""
        admission = await self.limiter.admit(account, call_id, characters, lease_s)
        if admission.refused:
            raise _limit_refusal(admission.usages, admission.refused)
        failure = None
        try:
            yield admission
        except Exception as error:
            failure = error
            raise
        finally:
            calls, characters = _cost(admission.characters, delivery, failure)
            await self.limiter.settle(admission, calls=calls, characters=characters)

    def _pace(self, waited_s: float, *, stream: bool) -> Pace:
        now = time.monotonic()
        if stream:
            return Playback(now, self.sound_timeout_s)
        return Whole(now + max(self.timeout_s - waited_s, SHORTEST_S), self.timeout_s)

    @asynccontextmanager
    async def _queued(
        self,
        principal: Principal,
        request: SpeechRequest,
        admission: Admission,
        delivery: Delivery | None,
        pace: Pace,
    ) -> AsyncIterator[Call]:
        deadline = pace.due(time.monotonic())
        segments = segments_of(request.label, await self.segments(request, deadline))
        works = [manner_of(segment, request).work_of(segment) for segment in segments]
        if delivery is None and not self.control.fits_alone(sum(works)):
            raise Refusal(problems.TEXT_TOO_LONG_FOR_ENGINE, seconds=round(self.timeout_s))
        queued = self.control.admit(principal.hash, works, pace, again=admission.replayed)
        try:
            await self._turn(admission, deadline)
            left = headers(admission.usages, None)
            yield Call(request, segments, left, delivery, queued, self.synthesizer, self.metrics)
        finally:
            self.queue.leave(queued)

    async def segments(self, request: SpeechRequest, deadline: float) -> list[Segment]:
        """The text as the engine takes it, or `Refusal`; an engine that is away is waited for."""
        give_up = min(deadline, time.monotonic() + self.patience_s)
        while True:
            try:
                longest = (await self.engines.capabilities()).max_segment_characters
                break
            except EngineError as error:
                if not isinstance(error, EngineAwayError) or time.monotonic() >= give_up:
                    raise refusal_of(error) from None
            await asyncio.sleep(ASK_AGAIN_S)
        segments = cutting.segments_of(request.text, request.script, longest)
        if not segments:
            raise Refusal(problems.NOTHING_TO_SPEAK)
        return segments

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
