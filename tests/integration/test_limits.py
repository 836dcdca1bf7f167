import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

import aiohttp
import pytest
from redis.asyncio import Redis

from api.auth.codes import Codes
from api.limits.limiter import Limiter
from api.limits.redis import RedisLimiter
from api.redis_client import connect
from api.redis_guard import RedisGuard
from compose.local.stack import Stack
from tests.limiter_contract import Advance, LimiterContract, admit
from tests.support.waiting import until

Login = Callable[..., Awaitable[dict[str, str]]]
BODY = {"text": "好"}


@pytest.fixture
async def apis(stack: Stack, login: Login) -> AsyncIterator[list[aiohttp.ClientSession]]:
    """A client of each API process, past nginx; each process asks Redis, whatever a test did before."""
    sessions = [
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", connector=aiohttp.TCPConnector(limit=0))
        for port in stack.settings.api_ports
    ]
    headers = await login()
    for session in sessions:
        await until(partial(_is_back, session, headers), 20)
    yield sessions
    for session in sessions:
        await session.close()


@pytest.fixture
async def redis(stack: Stack) -> AsyncIterator[Redis]:
    """A database of the test's own."""
    async with connect(f"redis://127.0.0.1:{stack.settings.redis_port}/1", timeout_s=5) as redis:
        await redis.flushdb()
        yield redis


class TestRedisLimiter(LimiterContract):
    @pytest.fixture
    def limiter(self, redis: Redis) -> Limiter:
        return RedisLimiter(redis)

    @pytest.fixture
    def advance(self) -> Advance:
        return asyncio.sleep

    async def test_leaves_nothing_behind(self, redis: Redis, limiter: Limiter) -> None:
        """A user's key goes with the last call that counts or waits."""
        waiting = await admit(limiter, lease_s=2)
        assert 1000 < await redis.pttl("haoshuo:limits:{lily}") <= 2000
        await limiter.settle(waiting, calls=1, characters=1)
        assert 0 < await redis.pttl("haoshuo:limits:{lily}") <= 1000
        await limiter.settle(await admit(limiter, "hanmeimei"), calls=0, characters=0)
        assert [b"haoshuo:limits:{lily}"] == await redis.keys()


async def test_a_released_code_may_be_claimed_anywhere(redis: Redis) -> None:
    """Replicas share which login codes are claimed, and which of them WeChat did not consume after all."""
    here, there = (Codes(redis, RedisGuard(5)) for _ in range(2))
    assert [True, False] == [await here.claim("a"), await there.claim("a")]
    await here.release("a")
    assert [True, False] == [await here.claim("a"), await Codes(redis, RedisGuard(5)).claim("a")]


async def _status(session: aiohttp.ClientSession, headers: dict[str, str]) -> int:
    async with session.post("/tts", json=BODY, headers=headers) as response:
        await response.read()
        return response.status


async def _spread(apis: list[aiohttp.ClientSession], headers: dict[str, str], calls: int) -> Counter[int]:
    return Counter(await asyncio.gather(*(_status(apis[call % len(apis)], headers) for call in range(calls))))


@contextmanager
def _without_redis(stack: Stack) -> Iterator[None]:
    with stack.supervisor() as supervisor:
        supervisor.stopProcess("redis")
    try:
        yield
    finally:
        with stack.supervisor() as supervisor:
            supervisor.startProcess("redis")


async def test_exactly_ten_of_200_concurrent_calls(apis: list[aiohttp.ClientSession], login: Login) -> None:
    """200 calls of one user at once, on two processes that share one Redis: 10 are accepted, 190 are 429."""
    assert 2 == len(apis)
    assert {200: 10, 429: 190} == await _spread(apis, await login(), 200)


async def test_the_429_says_when_to_come_back(edge: aiohttp.ClientSession, login: Login) -> None:
    """After ten calls the eleventh is refused in the article's words, with Retry-After and the RateLimit fields."""
    headers = await login()
    for left in range(9, -1, -1):
        async with edge.post("/tts", json=BODY, headers=headers) as response:
            assert (200, f'"calls";r={left};') == (response.status, response.headers["RateLimit"][:12])
    async with edge.post("/tts", json=BODY, headers=headers) as response:
        body = await response.json()
    assert (429, "rate_limited", "调用过于频繁，请稍后再试") == (response.status, body["code"], body["error"])
    assert 50 < int(response.headers["Retry-After"]) <= 60
    assert '"calls";q=10;w=60, "characters";q=3000;qu="characters";w=60' == response.headers["RateLimit-Policy"]
    assert response.headers["RateLimit"].startswith('"calls";r=0;t=')


async def test_characters_are_limited_apart(edge: aiohttp.ClientSession, login: Login) -> None:
    """A call whose text no longer fits into the window's characters is refused with a code of its own."""
    headers = await login()
    for _ in range(3):
        async with edge.post("/tts", json={"text": "😀" * 990 + "好"}, headers=headers) as response:
            assert 200 == response.status
    async with edge.post("/tts", json={"text": "😀" * 990 + "好"}, headers=headers) as response:
        body = await response.json()
    assert (429, "characters_limited") == (response.status, body["code"])
    assert response.headers["RateLimit"].startswith('"calls";r=7;t=')


async def test_two_users_do_not_disturb_each_other(apis: list[aiohttp.ClientSession], login: Login) -> None:
    """One user's flood leaves another user's ten calls alone."""
    flood, other = await asyncio.gather(_spread(apis, await login(), 60), _spread(apis, await login(), 10))
    assert ({200: 10, 429: 50}, {200: 10}) == (flood, other)


async def test_logging_in_again_gives_no_new_quota(apis: list[aiohttp.ClientSession], login: Login) -> None:
    """The limit is the user's, not the token's."""
    name = uuid4().hex
    assert {200: 10} == await _spread(apis, await login(name), 10)
    assert {429: 4} == await _spread(apis, await login(name), 4)


async def test_refused_calls_do_not_count(edge: aiohttp.ClientSession, login: Login) -> None:
    """A call refused for its input uses nothing up."""
    headers = await login()
    for _ in range(12):
        async with edge.post("/tts", json={"text": ""}, headers=headers) as response:
            assert 400 == response.status
    async with edge.post("/tts", json=BODY, headers=headers) as response:
        assert '"calls";r=9;t=60, "characters";r=2999;t=60' == response.headers["RateLimit"]


async def test_redis_dies_and_comes_back(
    stack: Stack, apis: list[aiohttp.ClientSession], login: Login, edge: aiohttp.ClientSession
) -> None:
    """Without Redis everyone is still served, and still limited by each process; with it back the limit is exact."""
    before, during, after = await login(), await login(), await login()
    assert {200: 6} == await _spread(apis, before, 6)
    with _without_redis(stack):
        assert {200: 20, 429: 20} == await _spread(apis, during, 40)
        async with apis[0].get("/readyz") as response:
            assert (200, "degraded") == (response.status, (await response.json())["status"])
        async with apis[0].get("/metrics") as response:
            assert "haoshuo_limiter_fallback 1.0" in await response.text()
    for api in apis:
        await until(partial(_is_back, api, after))
    assert {200: 4, 429: 16} == await _spread(apis, before, 20)
    assert {200: 10, 429: 30} == await _spread(apis, after, 40)
    assert 200 == await _status(edge, await login())


async def _is_back(api: aiohttp.ClientSession, headers: dict[str, str]) -> bool:
    """Whether the process asks Redis again: after an outage it does so with one question a while at first."""
    async with api.get("/v1/limits", headers=headers) as response:
        assert 200 == response.status
    async with api.get("/metrics") as response:
        return "haoshuo_limiter_fallback 0.0" in await response.text()


async def test_redis_dies_in_the_middle_of_calls(stack: Stack, apis: list[aiohttp.ClientSession], login: Login) -> None:
    """Whatever is under way when Redis dies and when it returns ends in audio or in a 429, never in a 500."""
    users = [await login() for _ in range(8)]

    async def keep_calling(headers: dict[str, str]) -> Counter[int]:
        answers: Counter[int] = Counter()
        for call in range(16):
            answers[await _status(apis[call % 2], headers)] += 1
        return answers

    calls = [asyncio.create_task(keep_calling(headers)) for headers in users]
    await asyncio.sleep(0.1)
    with _without_redis(stack):
        await asyncio.sleep(0.5)
    statuses = sum(await asyncio.gather(*calls), Counter())
    assert {200, 429} >= set(statuses)
    assert 8 * 10 <= statuses[200]
