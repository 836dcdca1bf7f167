"""Several engines as one."""

import asyncio

import pytest

from api import problems
from api.engine.engine import Utterance
from api.engine.pool import AWAY_S, EnginePool
from api.problems import Problem, Refusal
from tests.fakes.engine import FakeEngine

UTTERANCE = Utterance("你好", (0.0,) * 8, 1.0)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def engines() -> list[FakeEngine]:
    return [FakeEngine() for _ in range(3)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pool(engines: list[FakeEngine], clock: Clock) -> EnginePool:
    return EnginePool(engines, clock)


def fail(problem: Problem, *engines: FakeEngine) -> None:
    for engine in engines:
        engine.failures = {"": Refusal(problem)}


def asked(engines: list[FakeEngine]) -> list[int]:
    return [len(engine.spoken) for engine in engines]


async def test_each_has_its_turn(pool: EnginePool, engines: list[FakeEngine]) -> None:
    """Calls go round, also those at once, whatever else is asked in between."""
    await asyncio.gather(*(pool.speak(UTTERANCE) for _ in range(9)))
    assert [3, 3, 3] == asked(engines)
    for _ in range(9):
        await pool.capabilities()
        await pool.speak(UTTERANCE)
    assert [6, 6, 6] == asked(engines)


async def test_one_that_is_away_costs_nobody_an_error(pool: EnginePool, engines: list[FakeEngine]) -> None:
    """The next one answers at once, and the one that is away is left alone for a while."""
    fail(problems.ENGINE_UNAVAILABLE, engines[0])
    for _ in range(9):
        await pool.speak(UTTERANCE)
    assert 1 == len(engines[0].spoken)
    assert 10 == sum(asked(engines))


async def test_one_that_is_back_has_its_turn_again(pool: EnginePool, engines: list[FakeEngine], clock: Clock) -> None:
    """After a short while it is asked again."""
    fail(problems.ENGINE_UNAVAILABLE, engines[0])
    for _ in range(3):
        await pool.speak(UTTERANCE)
    engines[0].failures = {}
    clock.now = AWAY_S
    for _ in range(9):
        await pool.speak(UTTERANCE)
    assert 1 + 3 == len(engines[0].spoken)


async def test_all_away(pool: EnginePool, engines: list[FakeEngine]) -> None:
    """Nobody there is an error, but each call asks all of them again: the first to be back serves."""
    fail(problems.ENGINE_UNAVAILABLE, *engines)
    for calls in (1, 2):
        with pytest.raises(Refusal, match="engine_unavailable"):
            await pool.speak(UTTERANCE)
        assert [calls] * 3 == asked(engines)
    engines[2].failures = {}
    await pool.speak(UTTERANCE)


async def test_overloaded(pool: EnginePool, engines: list[FakeEngine]) -> None:
    """One that is overloaded sends the call to one other, and no further; it is not away."""
    fail(problems.OVERLOADED, *engines)
    with pytest.raises(Refusal, match="overloaded"):
        await pool.speak(UTTERANCE)
    assert 2 == sum(asked(engines))
    engines[0].failures = engines[1].failures = {}
    for _ in range(9):
        await pool.speak(UTTERANCE)
    assert 2 + 9 + 3 == sum(asked(engines))


async def test_one_that_hangs_is_left_alone(pool: EnginePool, engines: list[FakeEngine]) -> None:
    """A call whose time is up is not tried again, but the next ones go elsewhere."""
    fail(problems.SYNTHESIS_TIMEOUT, *engines)
    with pytest.raises(Refusal, match="synthesis_timeout"):
        await pool.speak(UTTERANCE)
    hung = engines[asked(engines).index(1)]
    for engine in engines:
        engine.failures = {} if engine is not hung else engine.failures
    for _ in range(9):
        await pool.speak(UTTERANCE)
    assert 1 == len(hung.spoken)


@pytest.mark.parametrize("problem", [problems.NOTHING_TO_SPEAK, problems.SYNTHESIS_FAILED])
async def test_what_is_wrong_everywhere(pool: EnginePool, engines: list[FakeEngine], problem: Problem) -> None:
    """An answer about the text, or a model's bug, would be the same elsewhere."""
    fail(problem, *engines)
    with pytest.raises(Refusal, match=problem.code):
        await pool.speak(UTTERANCE)
    assert 1 == sum(asked(engines))


async def test_one_alone(clock: Clock) -> None:
    """A pool of one is that one: always asked, its answer and its errors passed on."""
    engine = FakeEngine()
    pool = EnginePool([engine], clock)
    for problem in (problems.ENGINE_UNAVAILABLE, problems.OVERLOADED):
        fail(problem, engine)
        with pytest.raises(Refusal, match=problem.code):
            await pool.speak(UTTERANCE)
    engine.failures = {}
    await pool.speak(UTTERANCE)
    assert 3 == len(engine.spoken)
    assert engine.max_segment_characters == (await pool.capabilities()).max_segment_characters


async def test_closing_closes_all(pool: EnginePool, engines: list[FakeEngine]) -> None:
    """None is left open."""
    await pool.close()
    assert all(engine.closed for engine in engines)
