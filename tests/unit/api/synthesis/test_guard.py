"""A bad take is taken again with another seed, a few times; then it is an error."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from api.engine.engine import Speech, Utterance
from api.engine.errors import BadTakeError, EngineError, EngineOverloadedError, Fault
from api.metrics import Metrics
from api.synthesis import guard as module
from api.synthesis.guard import TAKES, Guard
from tests.support.sounds import RATE, said

UTTERANCE = Utterance("今天天气真好。", "anna", seed=7)
GOOD, BABBLE = Speech(said(RATE, 1.4), RATE), Speech(said(RATE, 30.0), RATE)
RUNAWAY = BadTakeError(Fault.RUNAWAY)


@pytest.fixture
def any_take() -> None:
    """Here takes are judged."""


@dataclass
class Engines:
    """Implements Engines: gives these takes one after the other, the last of them for ever."""

    takes: list[Speech | EngineError]
    room: int = 3
    asked: list[Utterance] = field(default_factory=list)

    def watch(self, on_room: Callable[[], None]) -> None:
        on_room()

    async def speak(self, utterance: Utterance, work: float, timeout_s: float) -> Speech:
        assert (11.0, 20.0) == (work, timeout_s)
        self.asked.append(utterance)
        take = self.takes.pop(0) if len(self.takes) > 1 else self.takes[0]
        if isinstance(take, EngineError):
            raise take
        return take


async def speak(engines: Engines, utterance: Utterance = UTTERANCE, metrics: Metrics | None = None) -> Speech:
    return await Guard(engines, metrics or Metrics()).speak(utterance, 11.0, 20.0)


@pytest.mark.parametrize("bad", [BABBLE, RUNAWAY])
async def test_a_bad_take_is_taken_again(bad: Speech | EngineError) -> None:
    """With another seed and nothing else changed, whether the api or the engine itself finds it bad."""
    engines, metrics = Engines([bad, GOOD]), Metrics()
    with capture_logs():
        assert GOOD is await speak(engines, metrics=metrics)
    first, second = engines.asked
    assert UTTERANCE == first
    assert (UTTERANCE.text, UTTERANCE.voice) == (second.text, second.voice)
    assert second.seed != first.seed
    fault = Fault.TOO_LONG if bad is BABBLE else Fault.RUNAWAY
    assert f'haoshuo_bad_takes_total{{fault="{fault}"}} 1.0' in metrics.render().decode()


async def test_a_good_take_is_taken_once() -> None:
    """As it was asked for."""
    engines = Engines([GOOD])
    assert GOOD is await speak(engines)
    assert [UTTERANCE] == engines.asked


async def test_all_takes_are_bad() -> None:
    """It is given up after so many, each with a seed of its own; each is counted and logged, without the text."""
    engines, metrics = Engines([BABBLE, RUNAWAY, BABBLE]), Metrics()
    with capture_logs() as logs, pytest.raises(BadTakeError, match="too_long"):
        await speak(engines, metrics=metrics)
    assert TAKES == len({utterance.seed for utterance in engines.asked}) == len(engines.asked)
    assert ["too_long", "runaway", "too_long"] == [line["fault"] for line in logs]
    assert UTTERANCE.text not in str(logs)
    rendered = metrics.render().decode()
    assert 'haoshuo_bad_takes_total{fault="too_long"} 2.0' in rendered
    assert 'haoshuo_bad_takes_total{fault="silent"} 0.0' in rendered


async def test_the_same_seed_means_the_same_takes() -> None:
    """So that the same request has the same answer; no seed is the seed 0, and other seeds have other takes."""
    seeds = []
    for seed in (7, 7, None, 0, 8):
        engines = Engines([RUNAWAY])
        with capture_logs(), pytest.raises(BadTakeError):
            await speak(engines, Utterance("好", "anna", seed=seed))
        seeds.append([utterance.seed for utterance in engines.asked[1:]])
    seven, again, none, zero, eight = seeds
    assert seven == again
    assert none == zero
    assert not {*seven} & {*eight}
    assert all(seed is not None and 0 <= seed < 2**63 for seed in seven)


async def test_other_errors_are_not_the_guard_s() -> None:
    """What is no speech at all is for others to try again."""
    engines = Engines([EngineOverloadedError()])
    with pytest.raises(EngineOverloadedError):
        await speak(engines)
    assert 1 == len(engines.asked)


async def test_nobody_waits_while_a_take_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop goes on."""
    loop = asyncio.get_running_loop()

    def judged_elsewhere(_utterance: Utterance, _speech: Speech) -> None:
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(1.0)

    monkeypatch.setattr(module, "fault_of", judged_elsewhere)
    await speak(Engines([GOOD]))
