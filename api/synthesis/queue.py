"""The one scheduler in front of the engines: fair over users, bounded in seconds of work, refusing at admission.

Users take turns by the work they were given, not by segments: weighted fair queueing (Parekh and Gallager, 1993), in
the order of start times (Goyal, Vin and Cheng, 1996). Virtual time is the work that a user has got who was always
there: a segment moves it by its work over the number of users. Of a user's calls the one is served whose next segment
is due first: whole answers in the order of their arrival, streams before their players have nothing left.

A user who had nothing in progress, and not much more than a fair share before, has a head start: the first segments go
before all others, one at a time, for somebody is waiting for a first sound. So that newcomers delay nobody for ever,
what is almost due goes before them.
"""

import asyncio
import time
from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from api.engine.engine import Speech, Utterance
from api.engine.errors import EngineAwayError, EngineOverloadedError, EngineTimeoutError, NothingToSpeakError
from api.metrics import Metrics
from api.synthesis.pace import Pace
from api.synthesis.work import WorkRate

AGAIN_S = 0.25
"""Pause before a segment is tried again that met an engine that was away or overloaded."""

HEAD_START = 100.0
"""Work: of a few sentences everything."""

CREDIT = 2 * HEAD_START
"""Work beyond a fair share after which a user who comes back has no head start; there is less of it close to that.

So a few who come back with short texts again and again are served in the order of their arrival.
"""

SHORTEST_S = 0.001
"""A time-out is never nothing, though a deadline may have passed."""

TRY_AGAIN = (EngineAwayError, EngineOverloadedError, EngineTimeoutError)


class Engines(Protocol):
    """What the queue needs of the pool: how many more segments it takes now, and to hear when they may be more."""

    @property
    def room(self) -> int: ...

    def watch(self, on_room: Callable[[], None]) -> None: ...

    async def speak(self, utterance: Utterance, work: float, timeout_s: float) -> Speech: ...


@dataclass(eq=False)
class _Segment:
    call: "QueuedCall"
    number: int
    utterance: Utterance
    work: float
    speech: asyncio.Future[Speech]
    context: Context = field(default_factory=copy_context)
    """The call's own: what is logged of the segment has its request's id, whoever's segment has made room for it."""
    task: asyncio.Task[None] | None = None


@dataclass(eq=False)
class QueuedCall:
    """An admitted call, its `pace` on the queue's clock; `works` is of each segment that is not done, `left` their sum.

    `known` segments it has so far, of which `asked` were asked for. When all are done it is here no more, however long
    its answer takes to be sent, unless it is extended.
    """

    user: str
    pace: Pace
    works: dict[int, float] = field(default_factory=dict)
    left: float = 0.0
    waiting: list[_Segment] = field(default_factory=list)
    known: int = 0
    asked: int = 0

    def add(self, works: Sequence[float]) -> None:
        self.works |= dict(enumerate(works, self.known))
        self.left += sum(works)
        self.known += len(works)

    def put(self, segment: _Segment) -> None:
        insort(self.waiting, segment, key=lambda one: one.number)


@dataclass(eq=False)
class _Line:
    """A user's calls, in order; `tag` is the virtual time at which the user's next segment starts.

    `ahead` is what is left of the head start.
    """

    tag: float
    ahead: float
    calls: list[QueuedCall] = field(default_factory=list)
    in_flight: int = 0

    def head(self, now: float) -> _Segment | None:
        waiting = (call for call in self.calls if call.waiting)
        call = min(waiting, key=lambda call: call.pace.due(now), default=None)
        return call.waiting[0] if call else None


class FairQueue:
    def __init__(
        self,
        engines: Engines,
        segment_timeout_s: float,
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engines = engines
        self._segment_timeout_s = segment_timeout_s
        self._metrics = metrics
        self._clock = clock
        self._lines: dict[str, _Line] = {}
        self._virtual_time = 0.0
        self._overdrawn: dict[str, float] = {}  # the tags of users who have left, and had more than a fair share
        self._starting: set[_Segment] = set()  # the engines do not know of them yet
        self.rate = WorkRate(clock)
        engines.watch(self._dispatch)

    def calls(self) -> Mapping[str, Sequence[QueuedCall]]:
        """Every user's calls, in the order of their arrival."""
        return {user: line.calls for user, line in self._lines.items()}

    @property
    def backlog(self) -> float:
        """Work that was admitted and is not done."""
        return sum(call.left for line in self._lines.values() for call in line.calls)

    def enter(self, user: str, works: Sequence[float], pace: Pace) -> QueuedCall:
        """Put a call into its user's line, `works` is of each of its segments. Whoever enters must `leave`."""
        call = QueuedCall(user, pace)
        call.add(works)
        self._join(call)
        return call

    def extend(self, call: QueuedCall, works: Sequence[float]) -> None:
        """Say of further segments of a call that those before were not all of; if all are done, it comes back."""
        if not call.works:
            call.pace.resume(self._clock())
            self._join(call)
        call.add(works)

    def leave(self, call: QueuedCall) -> None:
        """However the call has ended; one that is done has left already."""
        line = self._lines.get(call.user)
        if line is None or call not in line.calls:
            return
        line.calls.remove(call)
        if not line.calls:
            self._overdrawn[call.user] = self._lines.pop(call.user).tag
            self._overdrawn = {user: tag for user, tag in self._overdrawn.items() if tag > self._virtual_time}

    def _join(self, call: QueuedCall) -> None:
        now = self._virtual_time
        tag = max(now, self._overdrawn.pop(call.user, now))
        line = self._lines.setdefault(call.user, _Line(tag, min(HEAD_START, CREDIT - (tag - now))))
        line.calls.append(call)

    async def speak(self, call: QueuedCall, utterance: Utterance, work: float) -> Speech:
        """The speech of the call's next segment, when it is its turn.

        An engine that is away or overloaded is asked again, or another one, for as long as the caller waits, who is to
        give up by cancelling this.
        """
        segment = _Segment(call, call.asked, utterance, work, asyncio.get_running_loop().create_future())
        call.asked += 1
        call.put(segment)
        self._dispatch()
        try:
            return await segment.speech
        finally:
            call.left -= call.works.pop(segment.number)
            if segment.task is not None:
                segment.task.cancel()
            if segment in call.waiting:
                call.waiting.remove(segment)
            if not call.works:
                self.leave(call)

    def _dispatch(self) -> None:
        while self._engines.room > len(self._starting) and (turn := self._next()):
            line, segment = turn
            self._starting.add(segment)
            segment.task = asyncio.create_task(self._make(segment), context=segment.context)
            segment.task.add_done_callback(partial(self._done, line, segment))
        self.rate.note(backlog=self._has_backlog())

    def _has_backlog(self) -> bool:
        """Whether segments wait although some are being made: where none are, the engines are away."""
        lines = self._lines.values()
        waits = any(call.waiting for line in lines for call in line.calls)
        return waits and any(line.in_flight for line in lines)

    def _next(self) -> tuple[_Line, _Segment] | None:
        """Take the segment whose turn it is."""
        now = self._clock()
        turns = [(line, head) for line in self._lines.values() if (head := line.head(now))]
        if not turns:
            return None
        line, segment = min(turns, key=lambda turn: self._rank(turn[0], turn[1], now))
        segment.call.waiting.remove(segment)
        self._virtual_time += segment.work / len(self._lines)
        line.tag += segment.work
        line.ahead -= segment.work
        line.in_flight += 1
        return line, segment

    def _rank(self, line: _Line, head: _Segment, now: float) -> tuple[int, float]:
        """The least is next."""
        call = head.call
        if call.pace.is_urgent(now, call.left / self.rate.per_second):
            return 0, call.pace.due(now)
        return 1 if line.ahead > 0 and not line.in_flight else 2, line.tag

    async def _make(self, segment: _Segment) -> None:
        self._starting.discard(segment)
        now = self._clock()
        timeout_s = min(self._segment_timeout_s, segment.call.pace.give_up(now) - now)
        began = self.rate.mark()
        try:
            with self._metrics.segments_in_flight.track_inprogress():
                speech = await self._engines.speak(segment.utterance, segment.work, max(timeout_s, SHORTEST_S))
        except TRY_AGAIN as error:
            self.rate.interrupt()
            self._metrics.engine_errors.labels(type(error).__name__).inc()
            asyncio.get_running_loop().call_later(AGAIN_S, self._put_back, segment)
        except Exception as error:  # noqa: BLE001 - whoever waits for the segment gets it
            if not isinstance(error, NothingToSpeakError):
                self._metrics.engine_errors.labels(type(error).__name__).inc()
            if not segment.speech.done():
                segment.speech.set_exception(error)
        else:
            self.rate.finish(segment.work, began)
            if not segment.speech.done():
                segment.speech.set_result(speech)

    def _done(self, line: _Line, segment: _Segment, _task: asyncio.Task[None]) -> None:
        self._starting.discard(segment)  # still there if it was cancelled before it began
        line.in_flight -= 1
        self._dispatch()

    def _put_back(self, segment: _Segment) -> None:
        if not segment.speech.done():
            segment.task = None
            segment.call.put(segment)
            self._dispatch()
