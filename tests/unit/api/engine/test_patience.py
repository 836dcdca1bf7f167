"""An engine that comes back."""

import asyncio

import pytest

from api import problems
from api.engine.engine import Utterance
from api.engine.patience import PatientEngine
from api.problems import Problem, Refusal
from api.synthesis import patience
from tests.fakes.engine import FakeEngine

UTTERANCE = Utterance("你好", (0.0,) * 8, 1.0)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSE_S", 0.01)


def _failing(problem: Problem) -> FakeEngine:
    return FakeEngine(failures={"": Refusal(problem)})


async def test_a_restart_costs_nobody_an_error() -> None:
    """While the engine is away the caller waits; when it is back the caller has its speech."""
    engine = _failing(problems.ENGINE_UNAVAILABLE)
    speech = asyncio.create_task(PatientEngine(engine, patience_s=5).speak(UTTERANCE))
    await asyncio.sleep(0.05)
    assert not speech.done()
    engine.failures.clear()
    assert len(await speech)
    assert len(engine.spoken) > 2


async def test_patience_ends() -> None:
    """An engine that stays away is an error in the end."""
    engine = _failing(problems.ENGINE_UNAVAILABLE)
    with pytest.raises(Refusal) as caught:
        await PatientEngine(engine, patience_s=0.05).speak(UTTERANCE)
    assert problems.ENGINE_UNAVAILABLE is caught.value.problem
    assert len(engine.spoken) > 2


@pytest.mark.parametrize(
    "problem", [problems.OVERLOADED, problems.SYNTHESIS_TIMEOUT, problems.SYNTHESIS_FAILED, problems.NOTHING_TO_SPEAK]
)
async def test_only_an_absence_is_waited_for(problem: Problem) -> None:
    """Any other problem is passed on at once."""
    engine = _failing(problem)
    with pytest.raises(Refusal):
        await PatientEngine(engine, patience_s=5).speak(UTTERANCE)
    assert [UTTERANCE] == engine.spoken


async def test_the_rest_is_the_engines_own() -> None:
    """What it can do is asked of it, and it is closed."""
    engine = FakeEngine()
    patient = PatientEngine(engine, patience_s=0)
    assert await engine.capabilities() == await patient.capabilities()
    await patient.close()
    assert engine.closed
