"""Login codes work once, so each is claimed before it is sent: by a double tap, a retry or another replica."""

import hashlib
import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from redis.asyncio import Redis

from api.redis_client import UNREACHABLE

log = structlog.get_logger()

LIFETIME_S = 300  # WeChat's own


class Codes:
    """Remembers in this process and, for the other replicas, in Redis; without Redis the process's memory decides."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._clock = clock
        self._expiries: dict[str, float] = {}

    async def claim(self, code: str) -> bool:
        """Whether this is the first time anyone asks for this code."""
        digest = hashlib.sha256(code.encode()).hexdigest()
        return self._claim_here(digest) and await self._claim_everywhere(digest)

    def _claim_here(self, digest: str) -> bool:
        now = self._clock()
        # All live equally long, so the oldest come first.
        while self._expiries and self._expiries[oldest := next(iter(self._expiries))] <= now:
            del self._expiries[oldest]
        if digest in self._expiries:
            return False
        self._expiries[digest] = now + LIFETIME_S
        return True

    async def _claim_everywhere(self, digest: str) -> bool:
        key, mine = f"haoshuo:login:{{{digest}}}", uuid4().hex
        try:
            if await self._redis.set(key, mine, nx=True, ex=LIFETIME_S):
                return True
            # The client may have repeated a claim whose answer was lost.
            return bool(await self._redis.get(key) == mine.encode())
        except UNREACHABLE as error:
            log.warning("codes_without_redis", error=type(error).__name__)
            return True
