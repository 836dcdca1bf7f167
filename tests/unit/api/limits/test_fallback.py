"""Redis dying and coming back never means no limit."""

import asyncio

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from structlog.testing import capture_logs

from api.limits.fallback import RETRY_S, FallbackLimiter
from api.limits.limiter import Admission, Limit
from api.limits.memory import MemoryLimiter
from api.metrics import Metrics
from tests.limiter_contract import admit

LIMIT = Limit(3, 60)


class Shared(MemoryLimiter):
    """Stands for Redis: can be down, and counts how often it is asked."""

    down = False
    asked = 0

    async def admit(self, user: str, call: str, cost: int = 1) -> Admission:
        self._answer_or_fail()
        return await super().admit(user, call, cost)

    async def refund(self, admission: Admission) -> None:
        self._answer_or_fail()
        await super().refund(admission)

    def _answer_or_fail(self) -> None:
        self.asked += 1
        if self.down:
            raise RedisConnectionError


class World:
    def __init__(self) -> None:
        self.now = 0.0
        self.shared = Shared(LIMIT, self.clock)
        self.metrics = Metrics()
        self.limiter = self.replica()

    def clock(self) -> float:
        return self.now

    def replica(self) -> FallbackLimiter:
        return FallbackLimiter(self.shared, MemoryLimiter(LIMIT, self.clock), self.metrics, self.clock)


@pytest.fixture
def world() -> World:
    return World()


async def test_replicas_share_one_limit(world: World) -> None:
    """Two processes together accept no more than the limit, and all of it."""
    replicas = [world.replica(), world.replica()]
    admissions = await asyncio.gather(*(admit(replicas[n % 2]) for n in range(40)))
    assert 3 == sum(admission.allowed for admission in admissions)


async def test_a_refusal_elsewhere_is_not_charged_here(world: World) -> None:
    """A call that Redis refuses does not use up this process's own allowance."""
    for _ in range(3):
        await admit(world.replica())
    assert not (await admit(world.limiter)).allowed
    world.shared.down = True
    assert (await admit(world.limiter)).allowed


async def test_still_limits_without_redis(world: World) -> None:
    """With Redis down from the start the limit holds in this process."""
    world.shared.down = True
    assert [True] * 3 + [False] == [(await admit(world.limiter)).allowed for _ in range(4)]
    assert "haoshuo_limiter_fallback_calls_total 3.0" in world.metrics.render().decode()


async def test_remembers_what_redis_accepted(world: World) -> None:
    """Calls accepted through Redis count after it dies, and calls accepted without it after it is back."""
    assert (await admit(world.limiter)).allowed
    world.shared.down = True
    assert [True, True, False] == [(await admit(world.limiter)).allowed for _ in range(3)]
    world.shared.down = False
    world.now += RETRY_S
    assert not (await admit(world.limiter)).allowed


async def test_does_not_ask_a_dead_redis_every_time(world: World) -> None:
    """A hung Redis delays one call a second, not every call."""
    world.shared.down = True
    for user in "abcdef":
        await admit(world.limiter, user)
    assert 1 == world.shared.asked
    world.now += RETRY_S
    await admit(world.limiter, "g")
    assert 2 == world.shared.asked


async def test_each_transition_is_logged_once(world: World) -> None:
    """One line when Redis goes and one when it comes back, and the gauge follows."""
    with capture_logs() as lines:
        world.shared.down = True
        for user in "abc":
            await admit(world.limiter, user)
            world.now += RETRY_S
        assert "haoshuo_limiter_fallback 1.0" in world.metrics.render().decode()
        world.shared.down = False
        await admit(world.limiter, "d")
        await admit(world.limiter, "e")
    assert ["limiter_without_redis", "limiter_with_redis_again"] == [line["event"] for line in lines]
    assert "haoshuo_limiter_fallback 0.0" in world.metrics.render().decode()


async def test_refund_reaches_both(world: World) -> None:
    """A call given back is given back in Redis and here."""
    admissions = [await admit(world.limiter) for _ in range(3)]
    await world.limiter.refund(admissions[0])
    assert [True, False] == [(await admit(world.limiter)).allowed for _ in range(2)]


async def test_refund_survives_a_dead_redis(world: World) -> None:
    """Giving a call back never fails a request."""
    admission = await admit(world.limiter)
    world.shared.down = True
    await world.limiter.refund(admission)
