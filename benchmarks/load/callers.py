"""Who calls how: closed loops, a crowd of them, and calls that arrive whatever becomes of others."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from random import Random

from benchmarks.load.client import Client, Habits
from benchmarks.load.records import TOO_MANY, UNAVAILABLE, Record
from benchmarks.load.users import User

PAUSE_S = 1.0
"""After an error that does not say how long to wait; also after a failure, or a dead edge would be called in a rush."""

Text = Callable[[], str]


async def closed_loop(
    client: Client, text: Text, habits: Habits, leave: asyncio.Event, user: User | None = None
) -> None:
    """Call, one call after another, until told to leave: as `user`, or each time as one with room for it."""
    while not leave.is_set():
        words = text()
        caller = user or await client.users.take(len(words))
        record = await _until_let_in(client, caller, words, habits, leave)
        if user is None:
            client.users.give_back(caller, None if _turned_away(record) else len(words))
        await _pause(leave, habits.pause_s if record.audio_s else _told(record))


async def _until_let_in(client: Client, user: User, words: str, habits: Habits, leave: asyncio.Event) -> Record:
    """The same text again as long as it is refused."""
    record = await client.call(user, words, habits)
    while _turned_away(record) and not leave.is_set():
        if not habits.at_once:
            await _pause(leave, _told(record))
        if not leave.is_set():
            first = record.retry_after_s is not None and not record.again and not habits.at_once
            record = await client.call(user, words, habits, again=first)
    return record


def _turned_away(record: Record) -> bool:
    return record.status in {TOO_MANY, UNAVAILABLE}


def _told(record: Record) -> float:
    return PAUSE_S if record.retry_after_s is None else record.retry_after_s


async def _pause(leave: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(leave.wait(), seconds)


class Crowd:
    """So many callers at once, all with the same habits; a number that can change while they call."""

    def __init__(self, client: Client, text: Text, habits: Habits, user: User | None = None) -> None:
        self._client, self._text, self._habits, self._user = client, text, habits, user
        self._callers: list[tuple[asyncio.Event, asyncio.Task[None]]] = []
        self._leaving: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._callers)

    def resize(self, size: int) -> None:
        """Who leaves still hears the end of the call."""
        while len(self._callers) < size:
            leave = asyncio.Event()
            caller = closed_loop(self._client, self._text, self._habits, leave, self._user)
            self._callers.append((leave, asyncio.create_task(caller)))
        while len(self._callers) > size:
            leave, task = self._callers.pop()
            leave.set()
            self._leaving.append(task)

    async def hang_up(self) -> None:
        """All are gone at once; of calls in progress there is no record."""
        tasks = [*self._leaving, *(task for _, task in self._callers)]
        for task in tasks:
            task.cancel()
        for failed in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(failed, Exception):
                raise failed


@contextlib.asynccontextmanager
async def crowd(
    client: Client, size: int, text: Text, habits: Habits, user: User | None = None
) -> AsyncIterator[Crowd]:
    """A crowd that calls while the body runs, and hangs up after it."""
    callers = Crowd(client, text, habits, user)
    callers.resize(size)
    try:
        yield callers
    finally:
        await callers.hang_up()


@contextlib.asynccontextmanager
async def arrivals(client: Client, per_s: float, text: Text, habits: Habits) -> AsyncIterator[None]:
    """Calls that arrive at random, so many a second on average (a Poisson process), while the body runs."""
    arriving = asyncio.create_task(_arrive(client, per_s, text, habits))
    try:
        yield
    finally:
        arriving.cancel()
        await asyncio.wait([arriving])


async def _arrive(client: Client, per_s: float, text: Text, habits: Habits) -> None:
    random = Random(0)  # noqa: S311 - not for secrets
    async with asyncio.TaskGroup() as calls:
        while True:
            calls.create_task(_once(client, text(), habits))
            await asyncio.sleep(random.expovariate(per_s))


async def _once(client: Client, words: str, habits: Habits) -> None:
    user = await client.users.take(len(words))
    record = await client.call(user, words, habits)
    client.users.give_back(user, None if _turned_away(record) else len(words))
