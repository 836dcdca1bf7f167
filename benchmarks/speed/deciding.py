"""The service's limiter, asked as the api asks it."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from api.limits.limiter import Account, Admission, Plan
from api.limits.redis import RedisLimiter
from api.redis_client import connect
from benchmarks.load.users import CALLS, CHARACTERS

IN_PROGRESS = 3
"""The default."""

TIMEOUT_S = 10.0
"""The service gives Redis half a second; here a queue of callers in this process is not to be cut off."""

LEASE_S = 50.0


@dataclass(frozen=True)
class Asked:
    limiter: RedisLimiter
    plan: Plan


@asynccontextmanager
async def limiter(url: str, window_s: int = 60) -> AsyncIterator[Asked]:
    """With connections of its own and the default limits."""
    redis = connect(url, TIMEOUT_S)
    try:
        yield Asked(RedisLimiter(redis), Plan.of(CALLS, CHARACTERS, window_s, IN_PROGRESS))
    finally:
        await redis.aclose()


async def decide(asked: Asked, user: str) -> Admission:
    """On a new call of 20 characters."""
    return await asked.limiter.admit(Account(user, asked.plan), secrets.token_hex(16), 20, LEASE_S)


async def accepted(decisions: Iterable[asyncio.Future[Admission]]) -> int:
    return sum(not decision.refused for decision in await asyncio.gather(*decisions))


async def latencies(asked: Asked, users: Sequence[str], at_once: int) -> list[float]:
    """Seconds of one decision on each user, so many being asked at a time."""
    waiting, spent = iter(users), list[float]()

    async def caller() -> None:
        for user in waiting:
            began = time.perf_counter()
            await decide(asked, user)
            spent.append(time.perf_counter() - began)

    await asyncio.gather(*(caller() for _ in range(at_once)))
    return spent


def most_in_window(times: Iterable[float], window_s: float) -> int:
    """The most of these times that lie in any stretch of so many seconds."""
    ordered = sorted(times)
    return max((sum(first <= one < first + window_s for one in ordered) for first in ordered), default=0)
