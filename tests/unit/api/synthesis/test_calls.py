"""A call is admitted, queued, spoken and settled, whatever way it ends; what it costs its user is what it got."""

import asyncio
import math
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field, replace

import pytest

from api import problems
from api.auth.principal import Principal
from api.engine.engine import Capabilities, Reading
from api.engine.errors import EngineAwayError, EngineError, EngineFailedError, NothingToSpeakError, RefusedError
from api.limits.limiter import Account, Admission, Limit, Plan, Usage
from api.metrics import Metrics
from api.problems import Refusal
from api.synthesis import calls as calls_module
from api.synthesis import growing as growing_module
from api.synthesis import queue as queue_module
from api.synthesis.admission import AdmissionControl
from api.synthesis.calls import EXPECTED_CHARACTERS, Call, Desk
from api.synthesis.growing import GrowingText
from api.synthesis.pace import Playback, Whole
from api.synthesis.queue import FairQueue
from api.synthesis.request import SpeechRequest
from api.synthesis.synthesizer import Synthesizer
from api.synthesis.work import FIRST_GUESS, WorkRate
from tests.fakes.engines import ManualEngines, settle

TEXT = "这是第一句完整的话，不长也不短。这是第二句完整的话，同样不长。"
FIRST, SECOND = "这是第一句完整的话，不长也不短。", "这是第二句完整的话，同样不长。"
CALLS, CHARACTERS = Limit("calls", 10, 60), Limit("characters", 3000, 60)
LILY = Principal("hash-of-lily", Plan(CALLS, CHARACTERS, 3), "openid-of-lily")


@dataclass
class Ledger:
    """Implements Limiter: admits everybody, and writes down what they were charged in the end."""

    refuses: Limit | None = None
    turns: list[bool] = field(default_factory=lambda: [True])
    replayed: bool = False
    lefts: list[int] = field(default_factory=lambda: [3000])
    settled: list[tuple[int, int]] = field(default_factory=list)
    asked: list[tuple[str, str, int]] = field(default_factory=list)

    async def admit(self, account: Account, call: str, characters: int, lease_s: float) -> Admission:
        assert 0 < lease_s
        self.asked.append((account.name, call, characters))
        left = self.lefts.pop(0) if len(self.lefts) > 1 else self.lefts[0]
        usages = (Usage(CALLS, 9, 60.0), Usage(CHARACTERS, left - characters, 60.0))
        refused = next((usage for usage in usages if usage.limit == self.refuses), None)
        if characters > left:
            usages = (usages[0], refused := Usage(CHARACTERS, left, math.inf))
        its_turn = self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]
        return Admission(account, call, characters, usages, refused, its_turn=its_turn, replayed=self.replayed)

    async def settle(self, _admission: Admission, *, calls: int, characters: int) -> None:
        self.settled.append((calls, characters))

    async def usages(self, _account: Account) -> tuple[Usage, ...]:
        return ()


@dataclass
class Engines(ManualEngines):
    away: int = 0
    """How often they are found away before they can say what they take."""

    async def capabilities(self) -> Capabilities:
        self.away -= 1
        if self.away >= 0:
            raise EngineAwayError
        return Capabilities(24000, 20)

    async def inspect(self, text: str, timeout_s: float) -> Reading:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls_module, "ASK_AGAIN_S", 0.0)
    monkeypatch.setattr(queue_module, "AGAIN_S", 0.0)


@pytest.fixture
def engines() -> Engines:
    return Engines(slots=4)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def desk(engines: Engines, ledger: Ledger) -> Desk:
    metrics = Metrics()
    queue = FairQueue(engines, 20.0, metrics)
    control = AdmissionControl(queue, lambda: None, 50.0, 15.0)
    return Desk(engines, ledger, control, queue, Synthesizer(queue, 4), metrics, 50.0, 20.0, 15.0)


def calling(desk: Desk, text: str = TEXT) -> AbstractAsyncContextManager[Call]:
    return desk.call(LILY, SpeechRequest(text, "baker"), "edge-id-0001")


async def listen(desk: Desk, text: str = TEXT) -> list[str]:
    async with calling(desk, text) as call:
        return [sound.segment.text async for sound in call.sounds()]


async def started(desk: Desk, text: str = TEXT) -> asyncio.Task[list[str]]:
    task = asyncio.create_task(listen(desk, text))
    await settle()
    return task


async def test_a_call(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """It is charged by the edge's id for its characters, and says what is left."""
    task = await started(desk)
    for text in (FIRST, SECOND):
        await engines.finish(text)
    assert [FIRST, SECOND] == await task
    assert [("hash-of-lily", "edge-id-0001", len(TEXT))] == ledger.asked
    assert [(1, len(TEXT))] == ledger.settled
    assert {} == desk.queue.calls()


async def test_settled_only_when_the_caller_is_done(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """Whoever still sends what was spoken is still in progress."""
    async with calling(desk) as call:
        task = asyncio.create_task(_drain(call))
        await settle()
        await engines.finish()
        await engines.finish()
        await task
        assert [] == ledger.settled
        assert {} == desk.queue.calls()  # the engines have nothing to do for it
    assert [(1, len(TEXT))] == ledger.settled


async def _drain(call: Call) -> None:
    async for _ in call.sounds():
        pass


async def test_a_caller_who_leaves_pays(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """An abandoned call counts whole, and leaves nothing running."""
    task = await started(desk)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await settle()
    assert ([(1, len(TEXT))], 4, {}) == (ledger.settled, engines.room, desk.queue.calls())


@pytest.mark.parametrize("text", ["……", "😀😀😀", "这句话引擎读不出来。"])
async def test_nothing_to_speak_counts(desk: Desk, engines: Engines, ledger: Ledger, text: str) -> None:
    """A text with nothing to pronounce is the caller's doing, whoever notices."""
    task = await started(desk, text)
    if engines.asked:
        await engines.finish("", NothingToSpeakError())
    with pytest.raises(Refusal, match="nothing_to_speak"):
        await task
    assert [(1, len(text))] == ledger.settled


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (EngineFailedError(), problems.SYNTHESIS_FAILED),
        (RefusedError(problems.UNKNOWN_VOICE), problems.UNKNOWN_VOICE),
    ],
)
async def test_what_we_fail_at_is_given_back(
    desk: Desk, engines: Engines, ledger: Ledger, error: EngineError, problem: problems.Problem
) -> None:
    """A call of which nothing was delivered costs nothing when it fails on our side."""
    task = await started(desk)
    await engines.finish("", error)
    with pytest.raises(Refusal, match=problem.code):
        await task
    assert [(0, 0)] == ledger.settled


async def streamed(desk: Desk, text: str = TEXT, hold: asyncio.Event | None = None) -> asyncio.Task[None]:
    """A stream whose reader takes one sound after the other, or holds the first for a while."""

    async def stream() -> None:
        request = SpeechRequest(text, "baker")
        async with desk.call(LILY, request, "edge-id-0001", stream=True) as call, aclosing(call.sounds()) as sounds:
            async for _ in sounds:
                if hold:
                    await hold.wait()

    task = asyncio.create_task(stream())
    await settle()
    return task


async def test_a_stream(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """A stream that was heard to its end costs what a whole answer does."""
    task = await streamed(desk)
    for text in (FIRST, SECOND):
        await engines.finish(text)
    await task
    assert [(1, len(TEXT))] == ledger.settled


async def test_a_stream_has_no_deadline(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """However long a stream takes in all, it goes on while its sounds come, and its reader may take its time."""
    hold = asyncio.Event()
    task = await streamed(replace(desk, timeout_s=0.01, sound_timeout_s=0.2), hold=hold)
    await engines.finish(FIRST)
    await asyncio.sleep(0.3)
    await engines.finish(SECOND)
    hold.set()
    await task
    assert [(1, len(TEXT))] == ledger.settled


async def test_a_stream_whose_next_sound_does_not_come(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """It ends, costs what was delivered, and leaves nothing running."""
    task = await streamed(replace(desk, sound_timeout_s=0.05))
    await engines.finish(FIRST)
    with pytest.raises(Refusal, match="synthesis_timeout"):
        await task
    await settle()
    assert ([(1, len(FIRST))], 4) == (ledger.settled, engines.room)


@pytest.mark.parametrize(("heard", "charged"), [(0, (0, 0)), (1, (1, len(FIRST)))])
async def test_a_stream_that_fails(
    desk: Desk, engines: Engines, ledger: Ledger, heard: int, charged: tuple[int, int]
) -> None:
    """A stream that fails on our side costs what was delivered of it, and nothing if that is nothing."""
    task = await streamed(desk)
    for text in (FIRST, SECOND)[:heard]:
        await engines.finish(text)
    await engines.finish((FIRST, SECOND)[heard], EngineFailedError())
    with pytest.raises(Refusal):
        await task
    assert [charged] == ledger.settled


@pytest.mark.parametrize(("heard", "characters"), [(0, 0), (1, len(FIRST))])
async def test_a_reader_who_leaves_pays_for_what_was_heard(
    desk: Desk, engines: Engines, ledger: Ledger, heard: int, characters: int
) -> None:
    """An abandoned stream is a call of the characters that were delivered, and leaves nothing running."""
    task = await streamed(desk)
    for text in (FIRST, SECOND)[:heard]:
        await engines.finish(text)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await settle()
    assert ([(1, characters)], 4, {}) == (ledger.settled, engines.room, desk.queue.calls())


async def test_a_sound_that_is_not_taken_is_not_paid(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """What was made and handed over, but not taken by the reader, does not count."""
    task = await streamed(desk, hold=asyncio.Event())
    for text in (FIRST, SECOND):
        await engines.finish(text)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [(1, 0)] == ledger.settled


async def test_a_stream_with_nothing_to_speak_counts(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """As a whole answer with nothing to pronounce does."""
    task = await streamed(desk, "……")
    with pytest.raises(Refusal, match="nothing_to_speak"):
        await task
    assert ([(1, 2)], []) == (ledger.settled, engines.asked)


class Writer:
    """One who hears a text while writing it; `heard` are the segments."""

    def __init__(self, desk: Desk, most: int = 1000) -> None:
        self.text = GrowingText(most)
        self.heard: list[str] = []
        self._desk = desk

    async def start(self, text: str) -> None:
        self.text.add(text)
        self.task = asyncio.create_task(self._listen())
        await settle()

    async def write(self, text: str) -> None:
        self.text.add(text)
        await settle()

    async def _listen(self) -> None:
        request = SpeechRequest("", "baker")
        async with (
            self._desk.growing_call(LILY, request, self.text, "edge-id-0001") as call,
            aclosing(call.sounds()) as sounds,
        ):
            async for sound in sounds:
                self.heard.append(sound.segment.text)


async def test_a_text_that_is_written(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """It is spoken as far as it is sure, leaves the queue meanwhile, and is charged for what it comes to be."""
    writer = Writer(desk)
    await writer.start(FIRST)
    assert [] == engines.asked
    await writer.write(SECOND[:-1])
    assert [FIRST] == engines.asked
    await engines.finish(FIRST)
    assert ([FIRST], {}) == (writer.heard, desk.queue.calls())
    await writer.write(SECOND[-1])
    writer.text.finish()
    await settle()
    assert ["hash-of-lily"] == [*desk.queue.calls()]
    await engines.finish(SECOND)
    await writer.task
    assert [FIRST, SECOND] == writer.heard
    assert ([1000], [(1, len(TEXT))]) == ([characters for *_, characters in ledger.asked], ledger.settled)


async def test_a_text_that_is_complete_in_time(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """It is charged from the start for what it is."""
    writer = Writer(desk)
    writer.text.finish()
    await writer.start(f" {FIRST} ")
    await engines.finish(FIRST)
    await writer.task
    assert [len(FIRST) + 1] == [characters for *_, characters in ledger.asked]


@pytest.mark.parametrize(
    ("lefts", "most", "code", "asked"),
    [
        ([3000], 40, "text_too_long", [40]),
        ([30], 1000, "characters_limited", [1000, 30]),
        ([35, 30], 1000, "characters_limited", [1000, 35, 30]),  # another replica's calls are seen only then
        ([10], 1000, "text_too_long", [1000, 28]),
    ],
)
async def test_a_text_that_becomes_too_long(
    desk: Desk, engines: Engines, ledger: Ledger, lefts: list[int], most: int, code: str, asked: list[int]
) -> None:
    """It may have as many characters as a text may, or as are left to its user; then what was heard counts."""
    ledger.lefts, spoken = [*lefts], lefts != [10]
    writer = Writer(desk, most)
    await writer.start(FIRST + SECOND[:12])
    if spoken:
        await engines.finish(FIRST)
        await writer.write(SECOND * 2)
    with pytest.raises(Refusal, match=code):
        await writer.task
    assert asked == [characters for *_, characters in ledger.asked]
    assert ([(1, len(FIRST))] if spoken else []) == ledger.settled
    assert (4, {}) == (engines.room, desk.queue.calls())


async def test_a_text_that_is_not_written_on(
    desk: Desk, engines: Engines, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is waited for as long as the writer may be idle, also where that is longer than a sound may take."""
    monkeypatch.setattr(growing_module, "IDLE_S", 0.1)
    writer = Writer(replace(desk, sound_timeout_s=0.02))
    await writer.start(FIRST + SECOND[:12])
    await engines.finish(FIRST)
    await asyncio.sleep(0.05)
    assert not writer.task.done()
    with pytest.raises(Refusal, match="input_timeout"):
        await writer.task
    assert [(1, len(FIRST))] == ledger.settled


async def test_a_writer_who_leaves(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """What was heard counts, and nothing is left running."""
    writer = Writer(desk)
    await writer.start(TEXT)
    await engines.finish(FIRST)
    writer.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writer.task
    await settle()
    assert ([(1, len(FIRST))], 4, {}) == (ledger.settled, engines.room, desk.queue.calls())


@pytest.mark.parametrize("complete", [True, False])
async def test_a_text_that_is_written_needs_room_for_more(desk: Desk, *, complete: bool) -> None:
    """One that is not complete is let in if there is room for what is expected to follow."""
    desk.queue.enter("peter", [0.45 * 10 * FIRST_GUESS - len(FIRST) - EXPECTED_CHARACTERS / 2], Playback(0.0, 20.0))
    writer = Writer(desk)
    if complete:
        writer.text.finish()
    await writer.start(FIRST + SECOND[:12])
    assert complete != writer.task.done()
    writer.task.cancel()


async def test_a_bug_is_given_back(desk: Desk, ledger: Ledger) -> None:
    """Whatever goes wrong in a view is not charged."""
    with pytest.raises(KeyError):
        async with calling(desk):
            raise KeyError
    assert [(0, 0)] == ledger.settled


@pytest.mark.parametrize(
    ("limit", "problem"), [(CALLS, problems.RATE_LIMITED), (CHARACTERS, problems.CHARACTERS_LIMITED)]
)
async def test_limits(desk: Desk, engines: Engines, ledger: Ledger, limit: Limit, problem: problems.Problem) -> None:
    """Each limit is refused with a code of its own, before any work, and nothing is settled."""
    ledger.refuses = limit
    with pytest.raises(Refusal) as caught:
        await listen(desk)
    assert (problem, "60") == (caught.value.problem, caught.value.headers["Retry-After"])
    assert ([], []) == (engines.asked, ledger.settled)


async def test_a_text_longer_than_the_limit(desk: Desk, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text with more characters than any window allows is too long; waiting would not help."""

    async def never(account: Account, call: str, characters: int, lease_s: float) -> Admission:  # noqa: ARG001 - Limiter's
        usage = Usage(CHARACTERS, 3000, float("inf"))
        return Admission(account, call, characters, (usage,), usage, its_turn=False, replayed=False)

    monkeypatch.setattr(ledger, "admit", never)
    with pytest.raises(Refusal) as caught:
        await listen(desk)
    assert (problems.TEXT_TOO_LONG, 3000) == (caught.value.problem, caught.value.values["limit"])
    assert "Retry-After" not in caught.value.headers


async def test_overload_is_refused_at_admission(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """A call that would be late is refused before any work, is told when to come back, and costs nothing."""
    for number in range(100):
        desk.queue.enter(f"user{number}", [1000.0], Whole(1e9, 50.0))
    with pytest.raises(Refusal) as caught:
        await listen(desk)
    assert problems.OVERLOADED is caught.value.problem
    assert int(caught.value.headers["Retry-After"]) >= 1
    assert ([], [(0, 0)]) == (engines.asked, ledger.settled)


async def test_a_text_that_no_idle_machine_could_speak(
    desk: Desk, engines: Engines, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the text that is wrong then: a 400 that says how long one may be, and costs nothing; a stream is spoken."""
    monkeypatch.setattr(WorkRate, "best", 0.5)
    with pytest.raises(Refusal) as caught:
        await listen(desk)
    assert (problems.TEXT_TOO_LONG_FOR_ENGINE, {"limit": 10}) == (caught.value.problem, caught.value.values)
    assert ([], [(0, 0)]) == (engines.asked, ledger.settled)
    assert 20 == desk.longest_whole_text(1000)
    task = await streamed(desk)
    for text in (FIRST, SECOND):
        await engines.finish(text)
    await task


async def test_a_call_waits_in_its_user_s_line(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """A call that is not let on yet asks again, is charged once, and is spoken when it is its turn."""
    ledger.turns = [False, False, True]
    task = await started(desk)
    for text in (FIRST, SECOND):
        while text not in engines.asked:
            await settle()
        await engines.finish(text)
    assert [FIRST, SECOND] == await task
    assert (3, [(1, len(TEXT))]) == (len(ledger.asked), ledger.settled)


async def test_a_line_that_does_not_move(ledger: Ledger, desk: Desk) -> None:
    """A call whose turn does not come before its deadline is refused and given back."""
    ledger.turns = [False]
    with pytest.raises(Refusal, match="overloaded"):
        await listen(replace(desk, timeout_s=0.02))
    assert [(0, 0)] == ledger.settled


async def test_time_spent_before_counts(desk: Desk, ledger: Ledger) -> None:
    """A call that the edge asks again keeps the deadline of its first try."""
    ledger.turns = [False]
    with pytest.raises(Refusal, match="overloaded"):
        async with desk.call(LILY, SpeechRequest(TEXT, "baker"), "edge-id-0001", waited_s=49.99):
            pass


async def test_an_engine_that_comes_back(desk: Desk, engines: Engines) -> None:
    """A call waits for an engine that is being started."""
    engines.away = 3
    task = await started(desk)
    for text in (FIRST, SECOND):
        while text not in engines.asked:
            await settle()
        await engines.finish(text)
    assert [FIRST, SECOND] == await task


async def test_an_engine_that_stays_away(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """After the time that a restart may take it is said that there is none."""
    engines.away = 10**9
    with pytest.raises(Refusal, match="engine_unavailable") as caught:
        await listen(replace(desk, patience_s=0.02))
    assert "Retry-After" in caught.value.headers
    assert [(0, 0)] == ledger.settled


async def test_a_call_that_takes_too_long(desk: Desk, engines: Engines, ledger: Ledger) -> None:
    """At its deadline a call is a timeout, is given back, and leaves nothing running."""
    with pytest.raises(Refusal, match="synthesis_timeout"):
        await listen(replace(desk, timeout_s=0.02))
    await settle()
    assert ([(0, 0)], 4) == (ledger.settled, engines.room)
