"""What does without Redis does not wait for it."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from structlog.testing import capture_logs

from api.redis_client import connect
from api.redis_guard import RETRY_S, RedisAwayError, RedisGuard

TIMEOUT_S = 0.2


class World:
    """A Redis that can be down, broken or silent, and counts how often it is asked."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0
        self.failure: Exception | None = None
        self.answers = asyncio.Event()
        self.answers.set()
        self.turns: list[bool] = []
        self.guard = RedisGuard(TIMEOUT_S, self.turns.append, lambda: self.now)

    async def question(self) -> str:
        self.asked += 1
        await self.answers.wait()
        if self.failure:
            raise self.failure
        return "answer"

    async def ask(self, times: int = 1) -> list[bool]:
        """For each of so many at once, whether it was answered."""
        answers = await asyncio.gather(*(self.guard.ask(self.question) for _ in range(times)), return_exceptions=True)
        assert all(answer == "answer" or isinstance(answer, RedisAwayError) for answer in answers)
        return [answer == "answer" for answer in answers]


@pytest.fixture
def world() -> World:
    return World()


async def test_answers(world: World) -> None:
    """A Redis that is there is asked every time."""
    assert [True] * 100 == await world.ask(100)
    assert (100, []) == (world.asked, world.turns)


async def test_a_dead_redis_is_asked_now_and_then(world: World) -> None:
    """After a failure nobody asks before RETRY_S seconds have passed, and then one does."""
    world.failure = RedisConnectionError()
    assert [False] == await world.ask()
    assert [False] * 100 == await world.ask(100)
    assert 1 == world.asked
    world.now += RETRY_S
    assert [False] * 100 == await world.ask(100)
    assert 2 == world.asked


async def test_one_probe_at_a_time(world: World) -> None:
    """While the question that tries again waits for its answer, however long, all others fail at once."""
    world.failure = RedisConnectionError()
    await world.ask()
    world.failure = None
    world.answers.clear()
    world.now += RETRY_S
    probe = asyncio.create_task(world.ask())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert ([False] * 100, 2) == (await world.ask(100), world.asked)
    world.answers.set()
    assert [True] == await probe
    assert [True] * 100 == await world.ask(100)


async def test_a_cancelled_probe_blocks_nobody_for_good(world: World) -> None:
    """Where the caller of the probe goes away another one tries, later."""
    world.failure = RedisConnectionError()
    await world.ask()
    world.failure = None
    world.answers.clear()
    world.now += RETRY_S
    probe = asyncio.create_task(world.ask())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    probe.cancel()
    await asyncio.wait([probe])
    world.answers.set()
    assert [False] == await world.ask()
    world.now += TIMEOUT_S + RETRY_S
    assert [True] == await world.ask()


async def test_silence_is_an_outage(world: World) -> None:
    """A question that is not answered in time fails."""
    world.answers.clear()
    assert [False] * 10 == await world.ask(10)
    assert [True] == world.turns


async def test_a_refused_command_is_no_outage(world: World) -> None:
    """Redis's own errors are logged with their text and fail one question each; the next one is asked."""
    world.failure = ResponseError("OOM command not allowed when used memory > 'maxmemory'.")
    with capture_logs() as lines:
        assert [False, False] == await world.ask() + await world.ask()
    world.failure = None
    assert [True] == await world.ask()
    assert (3, []) == (world.asked, world.turns)
    assert [("redis_refused", "error")] * 2 == [(line["event"], line["log_level"]) for line in lines]
    assert "OOM" in lines[0]["error"]


async def test_a_bug_is_not_hidden(world: World) -> None:
    """What is neither Redis's nor the network's reaches the caller."""
    world.failure = KeyError("a bug")
    with pytest.raises(KeyError):
        await world.guard.ask(world.question)


async def test_each_turn_is_logged_once(world: World) -> None:
    """One line when Redis goes and one when it comes back, and the gauge follows."""
    with capture_logs() as lines:
        world.failure = RedisConnectionError()
        for _ in range(3):
            await world.ask()
            world.now += RETRY_S
        world.failure = None
        await world.ask(2)
        await world.ask(2)
    assert ["redis_away", "redis_back"] == [line["event"] for line in lines]
    assert [True, False] == world.turns


@pytest.fixture
def silent_url() -> Iterator[str]:
    """A TCP peer that connects, as the kernel does that for it, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


async def test_100_at_once_and_a_hung_redis(silent_url: str) -> None:
    """Of 100 questions at once to a Redis that has stopped to answer one waits; the 99 others do not reach it."""
    reached = 0
    now = 0.0
    async with connect(silent_url, TIMEOUT_S) as redis:
        guard = RedisGuard(TIMEOUT_S, clock=lambda: now)

        async def question() -> object:
            nonlocal reached
            reached += 1
            return await redis.get("key")

        with pytest.raises(RedisAwayError):
            await guard.ask(question)
        now += RETRY_S
        answers = await asyncio.gather(*(guard.ask(question) for _ in range(100)), return_exceptions=True)
    assert all(isinstance(answer, RedisAwayError) for answer in answers)
    assert 2 == reached
