"""Alive is cheap; ready means that Triton spoke."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from quart.typing import TestClientProtocol as Client
from redis.asyncio import Redis

from api import problems
from api.health import FRESH_S, Readiness
from api.problems import Refusal
from api.redis_client import connect
from tests.fakes.engine import FakeEngine


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    redis = connect("redis://127.0.0.1:1/0", 0.1)
    yield redis
    await redis.aclose()


async def test_live(client: Client, engine: FakeEngine) -> None:
    """/healthz asks nobody."""
    engine.failures = {"": Refusal(problems.ENGINE_UNAVAILABLE)}
    response = await client.get("/healthz")
    assert (200, {"status": "ok"}) == (response.status_code, await response.get_json())


async def test_ready_without_redis(client: Client) -> None:
    """Without Redis the service still serves, degraded."""
    response = await client.get("/readyz")
    parts = {"redis": {"status": "failing", "code": "redis_unavailable"}, "engine": {"status": "ok"}}
    assert (200, {"status": "degraded", "parts": parts}) == (response.status_code, await response.get_json())


async def test_not_ready_without_engine(client: Client, engine: FakeEngine) -> None:
    """Without an engine it is not ready, and says which part failed and how, in the error format."""
    engine.failures = {"": Refusal(problems.ENGINE_UNAVAILABLE)}
    response = await client.get("/readyz")
    answer = await response.get_json()
    assert (503, "not_ready", "failing") == (response.status_code, answer["code"], answer["status"])
    assert {"status": "failing", "code": "engine_unavailable"} == answer["parts"]["engine"]


async def test_a_busy_engine_is_ready(client: Client, engine: FakeEngine) -> None:
    """A full queue is no reason to take a replica away from those who wait."""
    engine.failures = {"": Refusal(problems.OVERLOADED)}
    response = await client.get("/readyz")
    assert (200, "degraded") == (response.status_code, (await response.get_json())["status"])


async def test_a_hung_engine(redis: Redis) -> None:
    """An engine that does not answer is not waited for."""
    report = await Readiness(redis, FakeEngine(delays={"": 60}), 0.05).report()
    assert problems.SYNTHESIS_TIMEOUT == report.problem


async def test_cannot_be_used_to_flood(redis: Redis) -> None:
    """However many ask, the engine speaks once in two seconds, each time with another seed."""
    now, engine = 0.0, FakeEngine(delays={"": 0.01})
    readiness = Readiness(redis, engine, 1, lambda: now)
    await asyncio.gather(*(readiness.report() for _ in range(50)))
    assert 1 == len(engine.spoken)
    now = FRESH_S
    await readiness.report()
    assert 2 == len({utterance.seed for utterance in engine.spoken})
