"""The limiter all replicas share: one atomic script on Redis's clock."""

from pathlib import Path

from redis.asyncio import Redis

from api.limits.limiter import Admission, Limit

WINDOW = Path(__file__).with_name("window.lua")
MICROSECONDS = 1_000_000


class RedisLimiter:
    """Raises what redis-py raises when Redis cannot be reached."""

    def __init__(self, redis: Redis, limit: Limit) -> None:
        self.limit = limit
        self._redis = redis
        self._window = redis.register_script(WINDOW.read_text())

    async def admit(self, user: str, call: str, cost: int = 1) -> Admission:
        allowed, remaining, reset_us = await self._window(
            keys=[_key(user)], args=[call, cost, self.limit.calls, self.limit.window_s * MICROSECONDS]
        )
        return Admission(bool(allowed), user, call, remaining, reset_us / MICROSECONDS)

    async def refund(self, admission: Admission) -> None:
        entries = [f"{admission.call}:{entry}" for entry in range(1, self.limit.calls + 1)]
        await self._redis.zrem(_key(admission.user), *entries)


def _key(user: str) -> str:
    return f"haoshuo:calls:{{{user}}}"  # the braces keep all keys of one user in one slot of a cluster
