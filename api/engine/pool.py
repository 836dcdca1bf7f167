"""Several servers as one: each segment goes to the trusted one with the most room."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Self

from api import problems
from api.engine.addresses import Addresses
from api.engine.engine import Capabilities, Engine, Reading, Speech, Utterance
from api.engine.errors import CannotInspectError, EngineAwayError, EngineError, EngineOverloadedError, RefusedError
from api.engine.hedge import Hedge
from api.engine.member import ABSENCES, Member
from api.engine.race import Race
from api.engine.trust import LONGEST_PAUSE_S

RESOLVE_EVERY_S = 10.0
LOOK_EVERY_S = 0.2
OBSERVE_EVERY_S = 0.5
ALONE_PAUSE_S = 0.3  # there is nobody else to ask, so it is tried again soon
MOST_IN_FLIGHT = 32


def _nothing(*_: str) -> None: ...


class EnginePool:
    """An async context manager, which finds the servers and tries again those that were ejected.

    `connect(address, server_name)` makes the engine of one server. Speech asked for twice does no harm, so what one
    server does not answer is asked of another within the same time. `said` is what they last said of themselves. Clocks
    are `time.monotonic`.
    """

    def __init__(
        self,
        addresses: Addresses,
        connect: Callable[[str, str], Engine],
        hedge: Hedge | None = None,
        window: int = MOST_IN_FLIGHT,
        on_event: Callable[[str, str], None] = _nothing,
    ) -> None:
        self._on_room: Callable[[], None] = _nothing
        self.last_answer: float | None = None
        self.said: Capabilities | None = None
        self._addresses = addresses
        self._connect = connect
        self._hedge = hedge or Hedge()
        self._window = window
        self._on_event = on_event
        self._race = Race(self._hedge, lambda first: self._choose({first}), on_event)
        self._members: dict[str, Member] = {}
        self._empty_since: float | None = time.monotonic()
        self._voice = ""
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._resolve()
        self._spawn(self._resolve_again())
        self._spawn(self._look_after_the_ejected())
        self._spawn(self._observe_again())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def watch(self, on_room: Callable[[], None]) -> None:
        """Have this called whenever there may be more room."""
        self._on_room = on_room

    @property
    def room(self) -> int:
        return sum(member.room for member in self._members.values())

    @property
    def away_since(self) -> float | None:
        ejected = [member.trust.ejected_at for member in self._members.values()]
        if not ejected:
            return self._empty_since
        times = [at for at in ejected if at is not None]
        return max(times) if len(times) == len(ejected) else None

    def windows(self) -> dict[str, int]:
        """By address."""
        return {member.address: member.window for member in self._members.values()}

    async def capabilities(self) -> Capabilities:
        """Of the member that takes the shortest segments, with the voices of all, if all list theirs."""
        members = [member.engine.capabilities() for member in self._members.values() if member.trust.given]
        answers = await asyncio.gather(*members, return_exceptions=True)
        known = [answer for answer in answers if isinstance(answer, Capabilities)]
        if known:
            self.said = _together(known)
            return self.said
        raise next((answer for answer in answers if isinstance(answer, EngineError)), EngineAwayError("none trusted"))

    async def speak(self, utterance: Utterance, work: float, timeout_s: float) -> Speech:
        started, deadline, tried = time.monotonic(), time.monotonic() + timeout_s, set[Member]()
        self._voice = utterance.voice
        error: EngineError = EngineAwayError("none trusted")
        while (left_s := deadline - time.monotonic()) > 0 and (member := self._choose(tried)):
            tried.add(member)
            share_s = left_s / 2 if self._choose(tried) else left_s  # so that time is left for another
            try:
                speech = await self._race.run(member, utterance, work, share_s)
            except ABSENCES as absence:
                error = absence
            except RefusedError as refusal:
                if refusal.problem is not problems.UNKNOWN_VOICE:  # of which another engine may have more
                    raise
                error = refusal
            else:
                self._answered(started, work)
                return speech
            finally:
                self._on_room()
        raise error

    async def inspect(self, text: str, timeout_s: float) -> Reading:
        """Of a member that is trusted to speak; whether it answers this says nothing about its speech."""
        deadline, tried = time.monotonic() + timeout_s, set[Member]()
        error: EngineError = EngineAwayError("none trusted")
        while (left_s := deadline - time.monotonic()) > 0 and (member := self._choose(tried)):
            tried.add(member)
            try:
                return await member.engine.inspect(text, left_s / 2 if self._choose(tried) else left_s)
            except (*ABSENCES, EngineOverloadedError, CannotInspectError) as absence:
                error = absence
        raise error

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(member.engine.close() for member in self._members.values()))
        self._members = {}

    def _choose(self, but: Iterable[Member]) -> Member | None:
        """The one with the most room; of several such, the one that has waited longest."""
        there = [member for member in self._members.values() if member.trust.given and member not in but]
        return max(there, key=lambda member: (member.window - member.in_flight, -member.last_start), default=None)

    def _answered(self, started: float, work: float) -> None:
        self.last_answer = time.monotonic()
        self._hedge.finished(self.last_answer - started, work)

    async def _resolve(self) -> None:
        found = await self._addresses.resolve()
        for address in self._members.keys() - found.keys():
            self._spawn(self._members.pop(address).close())
        for address in sorted(found.keys() - self._members.keys()):
            engine = self._connect(address, found[address])
            self._members[address] = Member(address, engine, self._window, self._on_event)
        self._empty_since = None if self._members else self._empty_since or time.monotonic()
        self._on_room()

    async def _resolve_again(self) -> None:
        while True:
            with suppress(EngineError):
                await self.capabilities()
            await asyncio.sleep(RESOLVE_EVERY_S)
            await self._resolve()

    async def _look_after_the_ejected(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            nobody = not any(member.trust.given for member in self._members.values())
            longest_s = ALONE_PAUSE_S if nobody else LONGEST_PAUSE_S
            for member in self._members.values():
                if not member.trying and member.trust.trial_due(time.monotonic(), longest_s):
                    member.trying = True
                    self._spawn(self._try(member))

    async def _observe_again(self) -> None:
        while True:
            await asyncio.sleep(OBSERVE_EVERY_S)
            await asyncio.gather(*(member.observe() for member in self._members.values()))
            self._on_room()

    async def _try(self, member: Member) -> None:
        if await member.try_again(self._voice):
            self._on_room()

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _together(known: Sequence[Capabilities]) -> Capabilities:
    shortest = min(known, key=lambda capabilities: capabilities.max_segment_characters)
    lists = [capabilities.voices for capabilities in known]
    if None in lists:
        return replace(shortest, voices=None)
    return replace(shortest, voices=tuple({voice.id: voice for voices in lists for voice in voices or ()}.values()))
