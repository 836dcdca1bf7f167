"""Redis decides while it can be reached; without it each process still limits its own calls."""

import math
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import structlog

from api.limits.limiter import Admission, Limiter
from api.metrics import Metrics
from api.redis_client import UNREACHABLE

log = structlog.get_logger()

T = TypeVar("T")

RETRY_S = 1.0  # a hung Redis costs a timeout this often, not with every call


class FallbackLimiter:
    """Asks the local limiter first, which knows every call this process accepted, then the shared one.

    So a call too many for the local one alone never reaches Redis, and whatever happens to Redis (down, back,
    restarted empty) one process accepts no more than the limit.
    """

    def __init__(
        self, shared: Limiter, local: Limiter, metrics: Metrics, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limit = shared.limit
        self._shared = shared
        self._local = local
        self._metrics = metrics
        self._clock = clock
        self._down = False
        self._down_until = -math.inf

    async def admit(self, user: str, call: str, cost: int = 1) -> Admission:
        here = await self._local.admit(user, call, cost)
        if not here.allowed:
            return here
        try:
            everywhere = await self._reach(self._shared.admit(user, call, cost))
        except UNREACHABLE:
            self._metrics.fallback_calls.inc()
            return here
        if not everywhere.allowed:
            await self._local.refund(here)
        return everywhere

    async def refund(self, admission: Admission) -> None:
        await self._local.refund(admission)
        with suppress(*UNREACHABLE):
            await self._reach(self._shared.refund(admission))

    async def _reach(self, answer: Coroutine[Any, Any, T]) -> T:
        """The shared limiter's answer, or one of UNREACHABLE: at once where that was so a moment ago."""
        if self._clock() < self._down_until:
            answer.close()
            raise ConnectionError
        try:
            result = await answer
        except UNREACHABLE as error:
            self._down_until = self._clock() + RETRY_S
            self._turn(down=True, error=type(error).__name__)
            raise
        self._turn(down=False)
        return result

    def _turn(self, *, down: bool, **details: str) -> None:
        if down != self._down:
            log.warning("limiter_without_redis" if down else "limiter_with_redis_again", **details)
            self._metrics.fallback.set(down)
            self._down = down
