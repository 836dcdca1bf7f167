"""Alive is cheap; ready means that Triton spoke."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from quart.typing import TestClientProtocol as Client
from redis.asyncio import Redis

from api import problems
from api.engine.engine import Speech, Utterance
from api.engine.errors import EngineAwayError, EngineOverloadedError, RefusedError
from api.health import FRESH_S, WELL_S, Readiness
from api.redis_client import connect
from api.synthesis.work import WorkRate, work_of
from tests.fakes.engine import FakeEngine
from tests.support.clock import Clock
from tests.support.waiting import until


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    redis = connect("redis://127.0.0.1:1/0", 0.1)
    yield redis
    await redis.aclose()


async def test_live(client: Client, engine: FakeEngine) -> None:
    """/healthz asks nobody."""
    engine.failures = {"": EngineAwayError()}
    response = await client.get("/healthz")
    assert (200, {"status": "ok"}) == (response.status_code, await response.get_json())


async def test_ready_without_redis(client: Client) -> None:
    """Without Redis the service still serves, degraded."""
    response = await client.get("/readyz")
    parts = {"redis": {"status": "failing", "code": "redis_unavailable"}, "engine": {"status": "ok"}}
    assert (200, {"status": "degraded", "parts": parts}) == (response.status_code, await response.get_json())


async def test_not_ready_without_engine(client: Client, engine: FakeEngine) -> None:
    """Without an engine it is not ready, and says which part failed and how, in the error format."""
    engine.failures = {"": EngineAwayError()}
    response = await client.get("/readyz")
    answer = await response.get_json()
    assert (503, "not_ready", "failing") == (response.status_code, answer["code"], answer["status"])
    assert {"status": "failing", "code": "engine_unavailable"} == answer["parts"]["engine"]


async def test_a_voice_that_is_missing(client: Client, engine: FakeEngine) -> None:
    """An engine without a default voice is of no use to those who name none: that is said by its code."""
    engine.failures = {"": RefusedError(problems.VOICE_NOT_CONFIGURED)}
    response = await client.get("/readyz")
    answer = await response.get_json()
    assert (503, "voice_not_configured") == (response.status_code, answer["parts"]["engine"]["code"])


async def test_a_busy_engine_is_ready(client: Client, engine: FakeEngine) -> None:
    """A full queue is no reason to take a replica away from those who wait."""
    engine.failures = {"": EngineOverloadedError()}
    response = await client.get("/readyz")
    assert (200, "degraded") == (response.status_code, (await response.get_json())["status"])


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


SPEAKING_S = 0.05


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Pool:
    """Implements health.Engines with one engine, and the test's clock, on which it takes a moment to speak."""

    def __init__(self, engine: FakeEngine, clock: Clock) -> None:
        self.last_answer: float | None = None
        self._engine = engine
        self._clock = clock

    async def speak(self, utterance: Utterance, work: float, timeout_s: float) -> Speech:  # noqa: ARG002 - Engines'
        speech = await self._engine.speak(utterance, timeout_s)
        self._clock.now += SPEAKING_S
        self.last_answer = self._clock()
        return speech


@pytest.fixture
def pool(engine: FakeEngine, clock: Clock) -> Pool:
    return Pool(engine, clock)


@pytest.fixture
def rate(clock: Clock) -> WorkRate:
    return WorkRate(clock)


@pytest.fixture
def readiness(redis: Redis, pool: Pool, clock: Clock, rate: WorkRate) -> Readiness:
    return Readiness(redis, pool, "baker", 0.05, rate.suppose, clock)


async def test_a_hung_engine(readiness: Readiness, engine: FakeEngine) -> None:
    """An engine that does not answer is not waited for."""
    engine.delays = {"": 60}
    assert problems.SYNTHESIS_TIMEOUT == (await readiness.report()).problem


async def test_an_engine_that_answers_others_is_not_asked(
    readiness: Readiness, pool: Pool, engine: FakeEngine, clock: Clock
) -> None:
    """What it answered lately is evidence enough; when that is too long ago it is made to speak."""
    await pool.speak(Utterance("好", "baker"), 5.0, 1.0)
    assert (await readiness.report()).problem is None
    assert 1 == len(engine.spoken)
    clock.now += WELL_S
    assert (await readiness.report()).problem is None
    assert 2 == len(engine.spoken)


async def test_what_it_hears_is_the_first_guess(readiness: Readiness, rate: WorkRate) -> None:
    """A process that has never been busy knows from its own probe how fast the engines are about."""
    await readiness.report()
    assert work_of("你好", 1.0) / SPEAKING_S == pytest.approx(rate.per_second)


async def test_a_slow_engine_that_answers_others_is_degraded(
    readiness: Readiness, pool: Pool, engine: FakeEngine
) -> None:
    """The probe's time is up, but others were answered meanwhile: there is much to do, and nothing is broken."""
    engine.delays = {"你好": 60}
    looking = asyncio.create_task(readiness.report())
    await until(lambda: engine.running == 1)
    await pool.speak(Utterance("别的", "baker"), 5.0, 1.0)
    report = await looking
    assert (None, "degraded") == (report.problem, report.describe()["status"])


async def test_cannot_be_used_to_flood(readiness: Readiness, engine: FakeEngine, clock: Clock) -> None:
    """However many ask, the engine speaks once in ten seconds, each time with another seed."""
    engine.delays = {"": 0.01}
    await asyncio.gather(*(readiness.report() for _ in range(50)))
    clock.now += FRESH_S
    await readiness.report()
    assert 1 == len(engine.spoken)
    clock.now += WELL_S
    await readiness.report()
    assert 2 == len({utterance.seed for utterance in engine.spoken})


async def test_a_failing_engine_is_asked_again_soon(readiness: Readiness, engine: FakeEngine, clock: Clock) -> None:
    """A failure is not kept for long: recovery shows at the next look."""
    engine.failures = {"": EngineAwayError()}
    assert problems.ENGINE_UNAVAILABLE == (await readiness.report()).problem
    engine.failures = {}
    clock.now += FRESH_S
    assert (await readiness.report()).problem is None
