"""Alive, ready, and what is counted."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from quart import Blueprint, Response, jsonify
from redis.asyncio import Redis

from api import problems
from api.answers import HealthAnswer
from api.engine.engine import Speech, Utterance
from api.engine.errors import EngineError
from api.errors import answer
from api.metrics import Metrics
from api.problems import Problem, Refusal
from api.redis_client import UNREACHABLE
from api.synthesis.calls import refusal_of
from api.synthesis.work import work_of

FRESH_S = 2.0
"""A report is kept so long, however many ask."""

WELL_S = 10.0
"""An engine that spoke so lately is not asked to speak once more: looking costs next to nothing, idle or busy."""


@dataclass(frozen=True)
class Report:
    """The problem of each part, if it has one; `busy` is an engine that has its hands full, and answers others."""

    redis: str | None
    engine: Problem | None
    busy: bool = False

    @property
    def problem(self) -> Problem | None:
        """Why this replica is of no use: not for want of Redis, nor because the engine has its hands full."""
        return None if self.busy else self.engine

    def describe(self) -> dict[str, object]:
        codes = {"redis": self.redis, "engine": self.engine.code if self.engine else None}
        parts = {
            part: {"status": "failing", "code": code} if code else {"status": "ok"} for part, code in codes.items()
        }
        status = "failing" if self.problem else "degraded" if any(codes.values()) else "ok"
        return {"status": status, "parts": parts}


class Engines(Protocol):
    """What Readiness needs of the pool."""

    @property
    def last_answer(self) -> float | None: ...

    async def speak(self, utterance: Utterance, work: float, timeout_s: float) -> Speech: ...


@dataclass(eq=False)
class Readiness:
    """The engines are made to speak where nobody has heard them for a while; `clock` is theirs.

    `on_speed` is then told the work a second.
    """

    redis: Redis
    engines: Engines
    voice: str
    timeout_s: float
    on_speed: Callable[[float], None]
    clock: Callable[[], float] = time.monotonic
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _last: tuple[float, Report] | None = None

    async def report(self) -> Report:
        async with self._lock:
            if self._last is None or self.clock() - self._last[0] >= FRESH_S:
                redis, (engine, busy) = await asyncio.gather(self._probe_redis(), self._look_at_engines())
                self._last = self.clock(), Report(redis, engine, busy)
            return self._last[1]

    async def _probe_redis(self) -> str | None:
        try:
            await self.redis.ping()
        except UNREACHABLE:
            return "redis_unavailable"
        return None

    async def _look_at_engines(self) -> tuple[Problem | None, bool]:
        """Their problem, and whether they answer others all the same."""
        began = self.clock()
        if began - self._answered() < WELL_S:
            return None, False
        problem = await self._probe_engines()
        return problem, problem is problems.OVERLOADED or self._answered() >= began

    def _answered(self) -> float:
        answer = self.engines.last_answer
        return float("-inf") if answer is None else answer

    async def _probe_engines(self) -> Problem | None:
        # A new seed each time, or Triton's cache would answer for a dead model.
        utterance = Utterance("你好", self.voice, seed=secrets.randbits(63))
        work, began = work_of(utterance.text, utterance.speed), self.clock()
        try:
            async with asyncio.timeout(self.timeout_s):
                await self.engines.speak(utterance, work, self.timeout_s)
        except (EngineError, TimeoutError) as error:
            return refusal_of(error).problem
        self.on_speed(work / (self.clock() - began))
        return None


def blueprint(readiness: Readiness, metrics: Metrics) -> Blueprint:
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    async def live() -> Response:
        answer: HealthAnswer = {"status": "ok"}
        return jsonify(answer)

    @routes.get("/readyz")
    async def ready() -> Response:
        report = await readiness.report()
        if report.problem:
            return answer(Refusal(problems.NOT_READY), **report.describe())
        return jsonify(report.describe())

    @routes.get("/metrics")
    async def scrape() -> Response:
        return Response(metrics.render(), content_type=metrics.content_type)

    return routes
