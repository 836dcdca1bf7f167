"""The limiter all replicas share: one atomic script on Redis's clock."""

import math
from collections.abc import Awaitable
from pathlib import Path
from typing import cast

from redis.asyncio import Redis

from api.limits.limiter import Account, Admission, Plan, Usage

SCRIPT = Path(__file__).with_name("limits.lua")
MICROSECONDS = 1_000_000
NEVER = -1


class RedisLimiter:
    """Raises what redis-py raises when Redis cannot be reached."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(SCRIPT.read_text("utf-8"))

    async def admit(self, account: Account, call: str, characters: int, lease_s: float) -> Admission:
        by, its_turn, replayed, *left = await self._run(account, "admit", call, _microseconds(lease_s), 1, characters)
        usages = _usages(account.plan, left)
        return Admission(
            account=account,
            call=call,
            characters=characters,
            usages=usages,
            refused=usages[by - 1] if by else None,
            its_turn=bool(its_turn),
            replayed=bool(replayed),
        )

    async def settle(self, admission: Admission, *, calls: int, characters: int) -> None:
        await self._run(admission.account, "settle", admission.call, calls, characters)

    async def usages(self, account: Account) -> tuple[Usage, ...]:
        _, _, _, *left = await self._run(account, "usages")
        return _usages(account.plan, left)

    async def _run(self, account: Account, deed: str, *arguments: str | int) -> list[int]:
        plan = account.plan
        limits = [value for limit in plan.limits for value in (limit.amount, _microseconds(limit.window_s))]
        answer = self._script(keys=[_key(account.name)], args=[deed, plan.in_progress, *limits, *arguments])
        return await cast("Awaitable[list[int]]", answer)


def _usages(plan: Plan, left: list[int]) -> tuple[Usage, ...]:
    pairs = zip(left[::2], left[1::2], strict=True)
    return tuple(
        Usage(limit, remaining, math.inf if reset == NEVER else reset / MICROSECONDS)
        for limit, (remaining, reset) in zip(plan.limits, pairs, strict=True)
    )


def _microseconds(seconds: float) -> int:
    return round(seconds * MICROSECONDS)


def _key(name: str) -> str:
    return f"haoshuo:limits:{{{name}}}"  # the braces keep all keys of one account in one slot of a cluster
