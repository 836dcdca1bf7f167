"""Several Tritons as one: each segment to the one with the most room, and to another where one does not answer."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from types import TracebackType
from typing import Any, Self

import structlog

from api.engine.addresses import EVERY_S, Addresses
from api.engine.engine import Capabilities, Engine, Speech, Utterance
from api.engine.errors import EngineAwayError, EngineError, EngineOverloadedError
from api.engine.hedge import Hedges
from api.engine.member import AWAY, LONGEST_PAUSE_S, Member

log = structlog.get_logger()

ONLY_ONE_PAUSE_S = 0.5
"""The longest pause of an engine that is the only one: there is nobody else to ask."""


class EnginePool:
    """Open inside of its block. `connect` makes the engine of an address, given the name in its certificate."""

    def __init__(
        self,
        addresses: Addresses,
        connect: Callable[[str, str], Engine],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._addresses = addresses
        self._connect = connect
        self._clock = clock
        self._members: dict[str, Member] = {}
        self._hedges = Hedges()
        self._away_since: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.last_answer: float | None = None
        self.on_room: Callable[[], None] = lambda: None

    async def __aenter__(self) -> Self:
        self._update(await self._addresses.look_up())
        if not self._addresses.fixed:
            self._run(self._keep_looking())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(member.engine.close() for member in self._members.values()))

    @property
    def room(self) -> int:
        """How many more segments may be sent now."""
        return sum(member.room for member in self._members.values())

    @property
    def away_since(self) -> float | None:
        """Since when no engine has answered that was asked; None while one does."""
        return self._away_since

    async def capabilities(self) -> Capabilities:
        """What every engine takes, of those that answer."""
        members = self._members.values()
        results = await asyncio.gather(*(one.engine.capabilities() for one in members), return_exceptions=True)
        known = [result for result in results if isinstance(result, Capabilities)]
        if known:
            return min(known, key=lambda one: one.max_segment_characters)
        raise next((result for result in results if isinstance(result, EngineError)), EngineAwayError("no engine"))

    async def speak(self, utterance: Utterance, work: float, timeout_s: float) -> Speech:
        """Asks another engine where one does not answer, and both where one takes too long, all within `timeout_s`."""
        until, tried = self._clock() + timeout_s, set[Member]()
        while True:
            member = self._next(tried)
            if member is None:
                raise self._no_room()
            tried.add(member)
            try:
                speech = await self._hedged(member, tried, utterance, work, until)
            except AWAY:
                self._note_away()
                if self._clock() >= until or self._next(tried) is None:
                    raise
            else:
                self._away_since, self.last_answer = None, self._clock()
                return speech
            finally:
                self.on_room()

    def _no_room(self) -> EngineError:
        busy = any(member.trusted for member in self._members.values())
        return EngineOverloadedError("no room") if busy else EngineAwayError("no engine")

    def _next(self, tried: set[Member]) -> Member | None:
        others = [member for member in self._members.values() if member not in tried and member.room]
        return max(others, key=lambda member: (member.trusted, member.room), default=None)

    async def _hedged(
        self, member: Member, tried: set[Member], utterance: Utterance, work: float, until: float
    ) -> Speech:
        began = self._clock()
        first = asyncio.create_task(member.speak(utterance, work, until - began))
        tasks = [first]
        try:
            await asyncio.wait(tasks, timeout=self._hedges.after_s(work))
            other = None if first.done() else self._next(tried)
            if other is not None and self._hedges.take():
                tried.add(other)
                log.info("segment_hedged", slow=member.address, other=other.address)
                tasks.append(asyncio.create_task(other.speak(utterance, work, until - self._clock())))
            speech = await _first_answer(tasks)
            if len(tasks) > 1 and not first.done():
                member.failed()  # it may hang
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._hedges.answered(work, self._clock() - began)
        return speech

    def _note_away(self) -> None:
        """Look again when the engine that did not answer is to be tried once more."""
        if self._away_since is None and not any(member.trusted for member in self._members.values()):
            self._away_since = self._clock()
        pause_s = min((member.back_at - self._clock() for member in self._members.values()), default=0.0)
        asyncio.get_running_loop().call_later(max(pause_s, 0.0) + 0.01, lambda: self.on_room())

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            self._update(await self._addresses.look_up())

    def _update(self, addresses: Mapping[str, str]) -> None:
        """Engines come and go; those that go finish what they have."""
        for address in addresses.keys() - self._members.keys():
            engine = self._connect(address, addresses[address])
            self._members[address] = Member(address, engine, self._longest_pause_s, self._clock)
        for address in self._members.keys() - addresses.keys():
            self._run(self._retire(self._members.pop(address)))
        self.on_room()

    async def _retire(self, member: Member) -> None:
        while member.in_flight:  # noqa: ASYNC110 - rare, and nobody waits for it
            await asyncio.sleep(1)
        await member.engine.close()

    def _longest_pause_s(self) -> float:
        return LONGEST_PAUSE_S if len(self._members) > 1 else ONLY_ONE_PAUSE_S

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _first_answer(tasks: list[asyncio.Task[Speech]]) -> Speech:
    """Of the first task that ends well; the error of the first if none does."""
    pending = set(tasks)
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if not task.exception():
                return task.result()
    return tasks[0].result()
