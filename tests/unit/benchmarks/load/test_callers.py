import asyncio
from collections.abc import Callable
from itertools import count

import pytest
from aiohttp import web

from benchmarks.load import callers
from benchmarks.load.callers import arrivals, closed_loop, crowd
from benchmarks.load.client import Client, Habits
from benchmarks.load.records import Record
from benchmarks.load.users import CALLS
from tests.fakes.speech_service import FakeSpeech, refusal, speaks
from tests.support.waiting import until

POLITE = Habits("polite")


@pytest.fixture
def text() -> Callable[[], str]:
    numbers = count()
    return lambda: f"第{next(numbers)}句。"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that callers make, which take no time here."""
    made: list[float] = []

    async def pause(_leave: asyncio.Event, seconds: float) -> None:
        made.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(callers, "_pause", pause)
    return made


def _in_turn(service: FakeSpeech, *answers: web.Response) -> None:
    """These answers first, then speech."""
    left = list(answers)

    async def answer(request: web.Request) -> web.StreamResponse:
        return left.pop(0) if left else await speaks(request)

    service.answer = answer


async def _until_spoken(client: Client, text: Callable[[], str], habits: Habits = POLITE) -> list[Record]:
    """What one caller hears until the first speech."""
    leave = asyncio.Event()
    caller = asyncio.create_task(closed_loop(client, text, habits, leave))
    await until(lambda: any(record.audio_s for record in client.records))
    leave.set()
    await caller
    return client.records


async def test_a_polite_caller_waits_as_told(
    service: FakeSpeech, client: Client, text: Callable[[], str], pauses: list[float]
) -> None:
    """The pauses of Retry-After, 503 or 429, then the same text by the same user; only then the next one."""
    _in_turn(service, refusal(Retry_After="3"), refusal(429, Retry_After="5"))
    await _until_spoken(client, text)
    assert [3.0, 5.0] == pauses[:2]
    assert ["第0句。"] * 3 == service.texts[:3]
    assert len(set(service.users[:3])) == 1


async def test_only_the_first_try_after_a_pause_says_whether_it_was_honest(
    service: FakeSpeech, client: Client, text: Callable[[], str], pauses: list[float]
) -> None:
    """A second refusal in a row is not counted again, nor is a try after a refusal that named no pause."""
    _in_turn(service, refusal(), refusal(Retry_After="3"), refusal(Retry_After="3"))
    records = await _until_spoken(client, text)
    assert [False, False, True, False] == [record.again for record in records[:4]]
    assert [callers.PAUSE_S, 3.0, 3.0] == pauses[:3]


async def test_an_impatient_caller_does_not_wait(
    service: FakeSpeech, client: Client, text: Callable[[], str], pauses: list[float]
) -> None:
    """Who tries again at once makes no pause between refusals."""
    _in_turn(service, refusal(Retry_After="3"), refusal(Retry_After="3"))
    await _until_spoken(client, text, Habits("at once", at_once=True))
    assert 3.0 not in pauses


@pytest.mark.usefixtures("pauses")
async def test_a_refused_call_costs_a_user_nothing(
    service: FakeSpeech, client: Client, text: Callable[[], str]
) -> None:
    """However often somebody is refused, the same user goes on; after ten spoken calls another does."""
    _in_turn(service, *(refusal(Retry_After="1") for _ in range(CALLS + 1)))
    leave = asyncio.Event()
    caller = asyncio.create_task(closed_loop(client, text, POLITE, leave))
    await _called(service, 2 * CALLS + 2)
    leave.set()
    await caller
    first = service.users[0]
    assert {first} == set(service.users[: 2 * CALLS + 1])
    assert first != service.users[2 * CALLS + 1]


async def test_a_closed_loop_keeps_its_number(service: FakeSpeech, client: Client, text: Callable[[], str]) -> None:
    """As many calls in progress as callers, never more, also after some have left; each text once."""
    async with crowd(client, 5, text, POLITE) as many:
        await _called(service, 30)
        assert service.most == 5
        many.resize(2)
        await _called(service, 10)
        service.most = 0
        await _called(service, 30)
        assert service.most <= 2
    assert len(service.texts) == len(set(service.texts))


async def _called(service: FakeSpeech, times: int) -> None:
    so_many = len(service.texts) + times
    await until(lambda: len(service.texts) >= so_many)


async def test_who_hangs_up_waits_no_longer(service: FakeSpeech, client: Client, text: Callable[[], str]) -> None:
    """A crowd is gone at once though its callers were told to wait for an hour."""

    async def refuses(_request: web.Request) -> web.Response:
        return refusal(Retry_After="3600")

    service.answer = refuses
    async with crowd(client, 3, text, POLITE):
        await _called(service, 3)
    assert [3600.0] * 3 == [record.retry_after_s for record in client.records]


async def test_arrivals_wait_for_nobody(service: FakeSpeech, client: Client, text: Callable[[], str]) -> None:
    """An open loop has calls in progress without end while nothing is answered, each of another user."""
    answering = asyncio.Event()

    async def waits(request: web.Request) -> web.StreamResponse:
        await answering.wait()
        return await speaks(request)

    service.answer = waits
    async with arrivals(client, 500, text, POLITE):
        await _called(service, 30)
        waiting = len(client.records)
        answering.set()
        await client.settle()
    assert waiting == 0
    assert service.most >= 30
    assert len(set(service.users[:30])) == 30
