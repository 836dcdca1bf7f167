"""Login codes work once, so each is claimed before it is sent: by a double tap, a retry or another replica."""

import hashlib
import time
from collections.abc import Callable
from uuid import uuid4

from redis.asyncio import Redis

from api.redis_guard import RedisAwayError, RedisGuard

LIFETIME_S = 300  # WeChat's own
MAX_REMEMBERED = 50_000  # some ten megabytes; Redis and WeChat remember what is forgotten here


class Codes:
    """Remembers in this process and, for the other replicas, in Redis; without Redis the process's memory decides."""

    def __init__(self, redis: Redis, guard: RedisGuard, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._guard = guard
        self._clock = clock
        self._expiries: dict[str, float] = {}

    async def claim(self, code: str) -> bool:
        """Whether this is the first time anyone asks for this code."""
        digest = _digest(code)
        return self._claim_here(digest) and await self._claim_everywhere(digest)

    async def release(self, code: str) -> None:
        """Let a code that was claimed here be claimed again, because WeChat did not consume it."""
        digest = _digest(code)
        self._expiries.pop(digest, None)
        try:
            await self._guard.ask(lambda: self._redis.delete(_key(digest)))
        except RedisAwayError:
            return  # another replica may refuse it until it expires

    def _claim_here(self, digest: str) -> bool:
        now = self._clock()
        # All live equally long, so the oldest come first.
        while self._expiries and (len(self._expiries) >= MAX_REMEMBERED or self._oldest_expiry() <= now):
            del self._expiries[next(iter(self._expiries))]
        if digest in self._expiries:
            return False
        self._expiries[digest] = now + LIFETIME_S
        return True

    def _oldest_expiry(self) -> float:
        return next(iter(self._expiries.values()))

    async def _claim_everywhere(self, digest: str) -> bool:
        try:
            return await self._guard.ask(lambda: self._claim_in_redis(_key(digest)))
        except RedisAwayError:
            return True

    async def _claim_in_redis(self, key: str) -> bool:
        mine = uuid4().hex
        if await self._redis.set(key, mine, nx=True, ex=LIFETIME_S):
            return True
        # The client may have repeated a claim whose answer was lost.
        return bool(await self._redis.get(key) == mine.encode())


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _key(digest: str) -> str:
    return f"haoshuo:login:{{{digest}}}"
