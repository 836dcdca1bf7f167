"""Redis dying and coming back never means no limit."""

import asyncio
from functools import partial

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from api.limits.fallback import MAX_OWED, FallbackLimiter
from api.limits.limiter import Account, Admission, Limit, Plan, Usage
from api.limits.memory import MemoryLimiter
from api.metrics import Metrics
from api.redis_guard import RETRY_S, RedisGuard
from tests import limiter_contract
from tests.limiter_contract import accepted, remaining

PLAN = Plan(Limit("calls", 3, 60), Limit("characters", 100, 60), in_progress=1)
admit, left = partial(limiter_contract.admit, plan=PLAN), partial(limiter_contract.left, plan=PLAN)
TIMEOUT_S = 5.0


class Shared(MemoryLimiter):
    """Stands for Redis: can be down, broken or slow to answer."""

    failure: Exception | None = None
    silent = False

    async def admit(self, account: Account, call: str, characters: int, lease_s: float) -> Admission:
        await self._answer_or_fail()
        return await super().admit(account, call, characters, lease_s)

    async def settle(self, admission: Admission, *, calls: int, characters: int) -> None:
        await self._answer_or_fail()
        await super().settle(admission, calls=calls, characters=characters)

    async def usages(self, account: Account) -> tuple[Usage, ...]:
        await self._answer_or_fail()
        return await super().usages(account)

    async def _answer_or_fail(self) -> None:
        if self.silent:
            await asyncio.Event().wait()
        if self.failure:
            raise self.failure


class World:
    def __init__(self) -> None:
        self.now = 0.0
        self.shared = Shared(self.clock)
        self.metrics = Metrics()
        self.limiter = self.replica()

    def clock(self) -> float:
        return self.now

    def replica(self) -> FallbackLimiter:
        guard = RedisGuard(TIMEOUT_S, self.metrics.fallback.set, self.clock)
        return FallbackLimiter(self.shared, MemoryLimiter(self.clock), guard, self.metrics)

    def redis_goes(self) -> None:
        self.shared.failure = RedisConnectionError()

    def redis_returns(self) -> None:
        self.shared.failure = None
        self.now += RETRY_S

    def metric(self, line: str) -> bool:
        return line in self.metrics.render().decode().splitlines()


@pytest.fixture
def world() -> World:
    return World()


async def test_replicas_share_one_limit(world: World) -> None:
    """Two processes together accept no more than the limit, and all of it."""
    replicas = [world.replica(), world.replica()]
    admissions = await asyncio.gather(*(admit(replicas[n % 2]) for n in range(40)))
    assert 3 == sum(map(accepted, admissions))


async def test_replicas_share_one_line(world: World) -> None:
    """A user's second call waits for the first, whichever process has it."""
    other = world.replica()
    first = await admit(other)
    assert not (await admit(world.limiter, call="second", lease_s=30)).its_turn
    await other.settle(first, calls=1, characters=1)
    assert (await admit(world.limiter, call="second", lease_s=30)).its_turn


async def test_a_second_try_elsewhere_is_charged_once(world: World) -> None:
    """The same call at two processes, because nginx tried again, is one call, and its turn is the same."""
    first = await admit(world.limiter, call="same", characters=10)
    second = await admit(world.replica(), call="same", characters=10)
    assert (remaining(first), True) == (remaining(second), second.its_turn)


async def test_a_refusal_elsewhere_is_not_charged_here(world: World) -> None:
    """A call that Redis refuses does not use up this process's own allowance."""
    for _ in range(3):
        await admit(world.replica())
    assert not accepted(await admit(world.limiter))
    world.redis_goes()
    assert (3, 100) == await left(world.limiter)
    assert (await admit(world.limiter)).its_turn


async def test_still_limits_without_redis(world: World) -> None:
    """With Redis down from the start the limits hold in this process."""
    world.redis_goes()
    assert [True] * 3 + [False] == [accepted(await admit(world.limiter)) for _ in range(4)]
    assert [True, False] == [accepted(await admit(world.limiter, "long", characters)) for characters in (100, 1)]
    assert world.metric("haoshuo_limiter_fallback_calls_total 4.0")
    assert world.metric("haoshuo_limiter_fallback 1.0")


async def test_still_limits_when_redis_refuses_the_script(world: World) -> None:
    """A Redis that is full or broken is a fallback for the call, never a 500 and never no limit."""
    world.shared.failure = ResponseError("OOM command not allowed")
    assert [True] * 3 + [False] == [accepted(await admit(world.limiter)) for _ in range(4)]
    assert world.metric("haoshuo_limiter_fallback 0.0")


async def test_remembers_what_redis_accepted(world: World) -> None:
    """Calls accepted through Redis count after it dies, and calls accepted without it after it is back."""
    assert accepted(await admit(world.limiter))
    world.redis_goes()
    assert [True, True, False] == [accepted(await admit(world.limiter)) for _ in range(3)]
    world.redis_returns()
    assert not accepted(await admit(world.limiter))


async def test_what_is_accepted_stays_so(world: World) -> None:
    """A call that was accepted without Redis and waits for its turn is not refused once Redis is back."""
    world.redis_goes()
    first = await admit(world.limiter, lease_s=30)
    assert not (await admit(world.limiter, call="waiting", lease_s=30)).its_turn
    world.redis_returns()
    for _ in range(3):
        await admit(world.replica())
    await world.limiter.settle(first, calls=1, characters=1)
    waiting = await admit(world.limiter, call="waiting", lease_s=30)
    assert (True, True) == (accepted(waiting), waiting.its_turn)


async def test_settling_reaches_both(world: World) -> None:
    """What is given back is given back in Redis and here."""
    admission = await admit(world.limiter, characters=100)
    await world.limiter.settle(admission, calls=0, characters=0)
    assert (3, 100) == await left(world.shared)
    world.redis_goes()
    assert (3, 100) == await left(world.limiter)


@pytest.mark.parametrize("failure", [RedisConnectionError(), ResponseError("OOM")])
async def test_settled_while_redis_is_away(world: World, failure: Exception) -> None:
    """What a call gave back during an outage Redis learns when it is asked again, and the line moves on."""
    admission = await admit(world.limiter, characters=100, lease_s=30)
    world.shared.failure = failure
    await world.limiter.settle(admission, calls=1, characters=40)
    world.redis_returns()
    assert (2, 0) == await left(world.shared)
    await admit(world.limiter, "somebody else")
    assert (2, 60) == await left(world.shared)
    assert (await admit(world.replica())).its_turn


async def test_remembers_so_many_settlements(world: World) -> None:
    """A long outage does not fill the memory with what Redis is to be told."""
    world.redis_goes()
    for user in range(MAX_OWED + 10):
        await world.limiter.settle(await admit(world.limiter, str(user)), calls=0, characters=0)
    assert MAX_OWED == len(world.limiter._owed)


async def test_cancelled_while_redis_is_asked(world: World) -> None:
    """A caller who goes away before the answer is charged and does not hold up the user's line."""
    world.shared.silent = True
    call = asyncio.create_task(admit(world.limiter, characters=40, lease_s=30))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    world.shared.silent = False
    world.redis_goes()
    assert (2, 60) == await left(world.limiter)
    assert (await admit(world.limiter)).its_turn


async def test_counts_decisions(world: World) -> None:
    """Each call is counted once, with who decided and what, however often it asks for its turn."""
    for _ in range(3):
        await admit(world.limiter, call="same")
    await admit(world.limiter, characters=200)
    await admit(world.replica(), characters=100)
    assert world.metric('haoshuo_limiter_decisions_total{by="redis",decision="accepted"} 1.0')
    assert world.metric('haoshuo_limiter_decisions_total{by="process",decision="characters"} 1.0')
    assert world.metric('haoshuo_limiter_decisions_total{by="redis",decision="characters"} 1.0')
