"""Alive is cheap; ready means that Triton spoke."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from quart.typing import TestClientProtocol as Client
from redis.asyncio import Redis

from api import problems
from api.errors import ApiError
from api.health import FRESH_S, WELL_S, Readiness
from api.redis_client import connect
from tests.fakes.engine import FakeEngine


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    redis = connect("redis://127.0.0.1:1/0", 0.1)
    yield redis
    await redis.aclose()


async def test_live(client: Client, engine: FakeEngine) -> None:
    """/healthz asks nobody."""
    engine.failures = {"": ApiError(problems.ENGINE_UNAVAILABLE)}
    response = await client.get("/healthz")
    assert (200, {"status": "ok"}) == (response.status_code, await response.get_json())


async def test_ready_without_redis(client: Client) -> None:
    """Without Redis the service still serves, degraded."""
    response = await client.get("/readyz")
    parts = {"redis": {"status": "failing", "code": "redis_unavailable"}, "engine": {"status": "ok"}}
    assert (200, {"status": "degraded", "parts": parts}) == (response.status_code, await response.get_json())


async def test_not_ready_without_engine(client: Client, engine: FakeEngine) -> None:
    """Without an engine it is not ready, and says which part failed and how, in the error format."""
    engine.failures = {"": ApiError(problems.ENGINE_UNAVAILABLE)}
    response = await client.get("/readyz")
    answer = await response.get_json()
    assert (503, "not_ready", "failing") == (response.status_code, answer["code"], answer["status"])
    assert {"status": "failing", "code": "engine_unavailable"} == answer["parts"]["engine"]


async def test_a_busy_engine_is_ready(client: Client, engine: FakeEngine) -> None:
    """A full queue is no reason to take a replica away from those who wait."""
    engine.failures = {"": ApiError(problems.OVERLOADED)}
    response = await client.get("/readyz")
    assert (200, "degraded") == (response.status_code, (await response.get_json())["status"])


async def test_a_hung_engine(redis: Redis) -> None:
    """An engine that does not answer is not waited for."""
    report = await Readiness(redis, FakeEngine(delays={"": 60}), 0.05).report()
    assert problems.SYNTHESIS_TIMEOUT == report.problem


async def test_an_engine_that_answers_others_is_not_asked(redis: Redis) -> None:
    """What it answered lately is evidence enough; when that is too long ago it is made to speak."""
    now, engine = 100.0, FakeEngine()
    readiness = Readiness(redis, engine, 1, lambda: now, lambda: 100.0)
    assert (await readiness.report()).problem is None
    now = 100 + WELL_S
    assert (await readiness.report()).problem is None
    assert 1 == len(engine.spoken)


async def test_a_slow_engine_that_answers_others_is_degraded(redis: Redis) -> None:
    """The probe's time is up, but others were answered meanwhile: there is much to do, and nothing is broken."""
    answers = iter([None, 5.0])
    readiness = Readiness(redis, FakeEngine(delays={"": 60}), 0.05, lambda: 5.0, lambda: next(answers))
    report = await readiness.report()
    assert (None, "degraded") == (report.problem, report.describe()["status"])


async def test_cannot_be_used_to_flood(redis: Redis) -> None:
    """However many ask, the engine speaks once in ten seconds, each time with another seed."""
    now, engine = 0.0, FakeEngine(delays={"": 0.01})
    readiness = Readiness(redis, engine, 1, lambda: now)
    await asyncio.gather(*(readiness.report() for _ in range(50)))
    now = FRESH_S
    await readiness.report()
    assert 1 == len(engine.spoken)
    now = WELL_S
    await readiness.report()
    assert 2 == len({utterance.seed for utterance in engine.spoken})


async def test_a_failing_engine_is_asked_again_soon(redis: Redis) -> None:
    """That it spoke some seconds ago does not hide for long that it has stopped, and recovery shows at once."""
    now, engine = 0.0, FakeEngine(failures={"": ApiError(problems.ENGINE_UNAVAILABLE)})
    readiness = Readiness(redis, engine, 1, lambda: now)
    assert problems.ENGINE_UNAVAILABLE == (await readiness.report()).problem
    engine.failures = {}
    now = FRESH_S
    assert (await readiness.report()).problem is None
