"""Several servers as one."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from random import getrandbits

import pytest

from api import problems
from api.engine import pool as module
from api.engine import trust
from api.engine.engine import Utterance
from api.engine.errors import (
    BadTakeError,
    CannotInspectError,
    EngineAwayError,
    EngineError,
    EngineFailedError,
    EngineOverloadedError,
    EngineTimeoutError,
    Fault,
    NothingToSpeakError,
    RefusedError,
)
from api.engine.hedge import Hedge
from api.engine.pool import EnginePool
from api.engine.triton import TritonEngine
from api.engine.trust import FAILURES
from tests.fakes.engine import FakeEngine, voices_called
from tests.fakes.triton import FakeTriton
from tests.support.waiting import until

UTTERANCE = Utterance("你好吗", "baker")


class Found:
    """Stands for Addresses."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(self) -> dict[str, str]:
        return dict.fromkeys(self.addresses, "triton")


class Fixture:
    def __init__(self) -> None:
        self.engines = {name: FakeEngine() for name in "ab"}
        self.found = Found("a", "b")
        self.events = Counter[tuple[str, str]]()
        self.pool = EnginePool(
            self.found,  # type: ignore[arg-type]
            lambda address, _name: self.engines[address],
            Hedge(least_s=0.05),
            on_event=lambda kind, address: self.events.update([(kind, address)]),
        )

    async def speak(self, timeout_s: float = 5) -> None:
        await self.pool.speak(UTTERANCE, 3, timeout_s)

    def fail(self, error: EngineError, *names: str) -> None:
        for name in names:
            self.engines[name].failures = {"": error}

    def asked(self) -> list[int]:
        return [sum(said.text == UTTERANCE.text for said in engine.spoken) for engine in self.engines.values()]


@pytest.fixture
async def two(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Fixture]:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(module, "RESOLVE_EVERY_S", 0.02)
    fixture = Fixture()
    async with fixture.pool:
        yield fixture


async def test_segments_go_where_the_most_room_is(two: Fixture) -> None:
    """Segments at a time are spread evenly, and room counts what is left for more."""
    for engine in two.engines.values():
        engine.delays = {"": 0.03}
    assert two.pool.room == 4
    calls = [asyncio.create_task(two.speak()) for _ in range(4)]
    await until(lambda: [2, 2] == two.asked())
    assert two.pool.room == 0
    await asyncio.gather(*calls)
    assert two.pool.room >= 4
    assert two.pool.last_answer is not None


async def test_room_is_told(two: Fixture) -> None:
    """Whoever waits for room hears of it with each segment that ends, however it ends."""
    told = Counter[str]()
    two.pool.watch(lambda: told.update(["room"]))
    await two.speak()
    before = told["room"]
    two.fail(EngineFailedError(), "a", "b")
    with pytest.raises(EngineFailedError):
        await two.speak()
    assert before > 0
    assert told["room"] > before


async def test_one_that_is_away_costs_nobody_an_error(two: Fixture) -> None:
    """The other one answers within the same call; after a few failures the first is left alone."""
    two.fail(EngineAwayError(), "a")
    for _ in range(20):
        await two.speak()
    assert [FAILURES, 20] == two.asked()
    assert two.events["ejected", "a"] == 1
    assert two.pool.away_since is None


@pytest.mark.parametrize("error", [EngineAwayError(), EngineOverloadedError(), CannotInspectError()])
async def test_whoever_can_says_how_it_reads(two: Fixture, error: EngineError) -> None:
    """One that cannot is passed over, in a rolling update, too; that says nothing about its speech."""
    two.fail(error, "a")
    for _ in range(2 * FAILURES):
        assert "你好吗" == (await two.pool.inspect("你好吗", 5)).normalized
    two.fail(error, "b")
    with pytest.raises(type(error)):
        await two.pool.inspect("你好吗", 5)
    assert not two.events
    assert 4 == two.pool.room


async def test_a_refusal_to_read_is_not_asked_of_others(two: Fixture) -> None:
    """They would say the same."""
    two.fail(NothingToSpeakError(), "a")
    with pytest.raises(NothingToSpeakError):
        await two.pool.inspect("你好吗", 5)


async def test_back_after_a_trial(two: Fixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust returns with a trial segment that succeeds, in the voice of a real one, and not before."""
    monkeypatch.setattr(trust, "FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(module, "LONGEST_PAUSE_S", 0.02)
    two.fail(EngineAwayError(), "a")
    for _ in range(FAILURES + 1):
        await two.speak()
    await until(lambda: len(two.engines["a"].spoken) > FAILURES + 2)
    assert two.events["returned", "a"] == 0
    assert two.engines["a"].spoken[-1].voice == "baker"
    two.engines["a"].failures = {}
    await until(lambda: two.events["returned", "a"] == 1)
    calls = two.asked()[0]
    await asyncio.gather(*(two.speak() for _ in range(4)))
    assert two.asked()[0] > calls


async def test_a_bad_take_is_as_good_as_another_trial(two: Fixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who babbles is there."""
    monkeypatch.setattr(trust, "FIRST_PAUSE_S", 0.02)
    two.fail(EngineAwayError(), "a")
    for _ in range(FAILURES + 1):
        await two.speak()
    two.fail(BadTakeError(Fault.RUNAWAY), "a")
    await until(lambda: two.events["returned", "a"] == 1)


async def test_all_away(two: Fixture) -> None:
    """Nobody there is an error at once, and known; whoever is back first serves, and room is told."""
    two.fail(EngineAwayError(), "a", "b")
    for _ in range(FAILURES):
        with pytest.raises(EngineAwayError):
            await two.speak()
    assert two.pool.room == 0
    assert two.pool.away_since is not None
    with pytest.raises(EngineAwayError):
        await two.pool.capabilities()
    told = asyncio.Event()
    two.pool.watch(told.set)
    two.engines["b"].failures = {}
    await until(lambda: two.pool.away_since is None)
    assert two.pool.room == 2
    await asyncio.wait_for(told.wait(), 2)
    await two.speak()


@pytest.mark.parametrize(
    "error", [BadTakeError(Fault.RUNAWAY), NothingToSpeakError(), EngineFailedError(), EngineOverloadedError()]
)
async def test_what_is_not_asked_elsewhere(two: Fixture, error: EngineError) -> None:
    """A bad take, an answer about the text, a bug, or too much to do: passed on, and the server keeps its trust."""
    two.fail(error, "a", "b")
    for _ in range(FAILURES + 1):
        with pytest.raises(type(error)):
            await two.speak()
    assert FAILURES + 1 == sum(two.asked())
    assert not two.events


async def test_the_slow_one_is_overtaken(two: Fixture) -> None:
    """A segment that takes much longer than usual is asked of the other, and the loser is cancelled."""
    two.engines["a"].delays = {"": 60}
    for _ in range(2):
        await two.speak()
    assert two.events["hedged", "a"] == two.engines["a"].counts["cancelled"] == two.asked()[0] >= 1
    assert two.engines["a"].running == 0


async def test_too_little_time_for_a_second(two: Fixture) -> None:
    """A second server is not asked when it could not answer in time: that would cost it its trust."""
    for engine in two.engines.values():
        engine.delays = {"": 60}
    for _ in range(FAILURES):
        with pytest.raises(EngineTimeoutError):
            await two.speak(timeout_s=0.08)
    assert not [kind for kind, _ in two.events if kind == "hedged"]


async def test_a_cancelled_call_is_cancelled_everywhere(two: Fixture) -> None:
    """Neither of two servers goes on with a segment that nobody waits for."""
    for engine in two.engines.values():
        engine.delays = {"": 60}
    call = asyncio.create_task(two.speak(60))
    await until(lambda: [1, 1] == two.asked())
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert [1, 1] == [engine.counts["cancelled"] for engine in two.engines.values()]


async def test_members_come_and_go(two: Fixture) -> None:
    """One that is no longer found gets no more segments, but finishes those it has before it is closed."""
    two.engines["a"].delays = {"": 0.2}
    two.found.addresses = ("a",)
    await until(lambda: two.engines["b"].closed)
    call = asyncio.create_task(two.speak())
    await until(lambda: two.engines["a"].running == 1)
    two.engines["c"] = FakeEngine()
    two.found.addresses = ("c",)
    await until(lambda: list(two.pool.windows()) == ["c"])
    assert not two.engines["a"].closed
    await call
    await until(lambda: two.engines["a"].closed)


async def test_the_strictest_limit(two: Fixture) -> None:
    """A segment must be short enough for any member."""
    two.engines["b"].max_segment_characters = 30
    assert (await two.pool.capabilities()).max_segment_characters == 30


async def test_a_server_that_hangs_costs_nobody_a_call() -> None:
    """Of two servers, over gRPC, one never answers: every call is answered by the other."""
    hung, well = FakeTriton(), FakeTriton()
    hung.behave = lambda _context: asyncio.sleep(60)
    async with hung.serving() as a, well.serving() as b:
        pool = EnginePool(Found(a, b), lambda address, _name: TritonEngine(address), Hedge(least_s=0.1))  # type: ignore[arg-type]
        async with pool:
            for _ in range(10):
                segments = (Utterance("你好", "baker", seed=getrandbits(60)) for _ in range(4))
                await asyncio.gather(*(pool.speak(segment, 2, 8) for segment in segments))
            assert pool.away_since is None
            real = [request for request in hung.requests if request.id not in hung.left]
            await until(lambda: {r.id for r in hung.requests} == set(hung.left) or len(real) <= 1)
        assert len(well.requests) >= 40


async def test_the_voices_of_all(two: Fixture) -> None:
    """They are known soon after the start, all together; of engines that do not all list theirs there is no list."""
    a, b = two.engines.values()
    a.voices, b.voices, b.max_segment_characters = (
        voices_called("xiaoxiao", "yunxi"),
        voices_called("yunxi", "baker"),
        30,
    )
    assert "yunxi" == (await two.pool.capabilities()).default_voice
    assert two.pool.said
    assert ["xiaoxiao", "yunxi", "baker"] == [voice.id for voice in two.pool.said.voices or ()]
    b.voices = None
    await until(lambda: two.pool.said is not None and two.pool.said.voices is None)


async def test_a_voice_that_only_one_has(two: Fixture) -> None:
    """It is asked of that one, too; one that nobody has is refused, and no server is trusted less for it."""
    unknown = RefusedError(problems.UNKNOWN_VOICE, field="voice", voice="x", nearest="")
    two.fail(unknown, "a")
    for _ in range(2 * FAILURES):
        await two.speak()
    assert 2 * FAILURES == two.asked()[1]
    two.fail(unknown, "b")
    with pytest.raises(RefusedError, match="unknown_voice"):
        await two.speak()
    assert {} == two.events
