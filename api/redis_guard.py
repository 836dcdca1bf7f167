"""Asks Redis no longer than it is likely to answer: a circuit breaker for everything that can do without it."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from redis.exceptions import ResponseError

from api.redis_client import UNREACHABLE

log = structlog.get_logger()

T = TypeVar("T")

RETRY_S = 1.0


class RedisAwayError(Exception):
    """Redis gave no answer, or one that cannot be used: do without it."""


class RedisGuard:
    """Shared by all that ask Redis.

    While Redis is away one question in RETRY_S seconds is put to it and pays the timeout, and the others fail at once.
    A Redis that refuses a command (out of memory, read-only, a bug of ours) is there: that question fails, no other.
    """

    def __init__(
        self,
        timeout_s: float,
        turned: Callable[[bool], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`turned` is told whether Redis is away, each time that this changes."""
        self._timeout_s = timeout_s
        self._turned = turned
        self._clock = clock
        self._away = False
        self._retry_at = -math.inf

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """The answer, or RedisAwayError."""
        if self._away:
            if self._clock() < self._retry_at:
                raise RedisAwayError
            self._retry_later(self._timeout_s)  # before awaiting: what is asked meanwhile does not wait as well
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await question()
        except ResponseError as error:
            log.error("redis_refused", error=str(error))  # noqa: TRY400  its text is enough, the traceback is redis-py's
            self._turn(away=False)
            raise RedisAwayError from error
        except UNREACHABLE as error:
            self._retry_later()
            self._turn(away=True, error=type(error).__name__)
            raise RedisAwayError from error
        self._turn(away=False)
        return answer

    def _retry_later(self, wait_s: float = 0.0) -> None:
        self._retry_at = self._clock() + wait_s + RETRY_S

    def _turn(self, *, away: bool, **details: str) -> None:
        if away != self._away:
            self._away = away
            log.warning("redis_away" if away else "redis_back", **details)
            self._turned(away)
