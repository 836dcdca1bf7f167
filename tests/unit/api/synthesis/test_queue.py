"""Whose turn it is: users share alike, a user's calls are served in order, first segments go first."""

import asyncio
from contextvars import ContextVar
from typing import Any

import pytest

from api.engine.engine import Speech, Utterance
from api.engine.errors import EngineAwayError, EngineFailedError, EngineOverloadedError
from api.metrics import Metrics
from api.synthesis import queue as queue_module
from api.synthesis.pace import URGENT_S, Pace, Playback, Whole
from api.synthesis.queue import FairQueue, QueuedCall
from tests.fakes.engines import ManualEngines, settle

WORK = 10.0
REQUEST = ContextVar[str]("request")


class Calls:
    """Calls of several users, each with its segments waiting in the queue."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.tasks: dict[str, asyncio.Task[object]] = {}

    async def enter(self, user: str, *texts: str, work: float = WORK) -> QueuedCall:
        call = self.queue.enter(user, [work] * len(texts), Whole(1e9, 1e9))
        for text in texts:
            self.tasks[text] = asyncio.create_task(self.queue.speak(call, Utterance(text, "baker"), work))
        await settle()
        return call


@pytest.fixture
def engines() -> ManualEngines:
    return ManualEngines()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def queue(engines: ManualEngines, metrics: Metrics) -> FairQueue:
    return FairQueue(engines, 20.0, metrics)


@pytest.fixture
async def calls(queue: FairQueue) -> Calls:
    return Calls(queue)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_module, "AGAIN_S", 0.0)


async def test_no_more_than_the_engines_take(engines: ManualEngines, calls: Calls) -> None:
    """Segments wait here, not at the engines."""
    engines.slots = 2
    await calls.enter("lily", "a1", "a2", "a3")
    assert ["a1", "a2"] == engines.asked
    await engines.finish("a1")
    assert ["a1", "a2", "a3"] == engines.asked


async def test_room_that_opens_is_used(engines: ManualEngines, calls: Calls) -> None:
    """When the pool says that there is room, the next segment goes."""
    engines.slots = 0
    await calls.enter("lily", "a1")
    assert [] == engines.asked
    engines.slots = 1
    engines.on_room[0]()
    await settle()
    assert ["a1"] == engines.asked


async def test_users_take_turns(engines: ManualEngines, calls: Calls) -> None:
    """While two users wait, neither gets more than one segment more than the other."""
    await calls.enter("lily", *(f"a{number}" for number in range(9)))
    await calls.enter("hanmeimei", *(f"b{number}" for number in range(4)))
    for _ in range(12):
        await engines.finish()
    together = engines.asked[1:9]  # the first was made before the other came
    for served in range(9):
        assert abs(sum(1 if text[0] == "a" else -1 for text in together[:served])) <= 1


async def test_turns_are_measured_in_work(engines: ManualEngines, calls: Calls) -> None:
    """One with segments three times as long gets a third as many."""
    await calls.enter("lily", *(f"a{number}" for number in range(9)), work=30.0)
    await calls.enter("hanmeimei", *(f"b{number}" for number in range(18)), work=10.0)
    for _ in range(16):
        await engines.finish()
    together = engines.asked[1:]
    assert 4 == sum(text.startswith("a") for text in together)
    assert 12 == sum(text.startswith("b") for text in together)


async def test_a_segment_is_made_in_its_call_s_context(
    engines: ManualEngines, queue: FairQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is logged of it has its request's id, though another call's segment has made room for it."""
    speak, seen = engines.speak, list[str]()

    async def watched(*arguments: Any) -> Speech:
        seen.append(REQUEST.get())
        return await speak(*arguments)

    async def call(request: str) -> Speech:
        REQUEST.set(request)
        return await queue.speak(queue.enter(request, [WORK], Whole(1e9, 1e9)), Utterance(request, "baker"), WORK)

    monkeypatch.setattr(engines, "speak", watched)
    calls = [asyncio.create_task(call(request)) for request in ("one", "two")]
    for _ in calls:
        await settle()
        await engines.finish()
    assert ["one", "two"] == seen
    await asyncio.gather(*calls)


async def test_a_user_s_calls_are_served_in_order(engines: ManualEngines, calls: Calls) -> None:
    """The second call of a user starts when nothing of the first waits any more."""
    await calls.enter("lily", "a1", "a2")
    await calls.enter("lily", "c1", "c2")
    for _ in range(3):
        await engines.finish()
    assert ["a1", "a2", "c1", "c2"] == engines.asked


async def test_a_flood_does_not_delay_a_newcomer(engines: ManualEngines, calls: Calls) -> None:
    """Whoever comes while ten users have a hundred segments each waiting is next."""
    for user in range(10):
        await calls.enter(f"user{user}", *(f"{user}.{segment}" for segment in range(100)))
    for _ in range(200):
        await engines.finish()
    await calls.enter("lily", "hello")
    await engines.finish()
    assert "hello" == engines.asked[-1]


async def test_first_segments_go_first(engines: ManualEngines, calls: Calls) -> None:
    """A user who hears nothing yet comes before those who hear something, whatever they are owed."""
    await calls.enter("lily", "a1", "a2")
    await engines.finish()
    await calls.enter("hanmeimei", "b1")
    await calls.enter("lilei", "c1")
    assert ["a1", "a2"] == engines.asked
    await engines.finish()
    await engines.finish()
    assert ["b1", "c1"] == engines.asked[2:]


async def test_a_user_with_many_short_calls_does_not_jump_ahead(engines: ManualEngines, calls: Calls) -> None:
    """Only one first segment of a user goes before others' later ones at a time."""
    engines.slots = 2
    await calls.enter("lily", "a1", "a2", "a3")
    for number in range(3):
        await calls.enter("flood", f"f{number}")
    await engines.finish("a1")
    assert ["a1", "a2", "f0"] == engines.asked
    await engines.finish("a2")
    assert "a3" == engines.asked[-1]


async def test_who_has_had_more_than_a_fair_share_has_no_priority(engines: ManualEngines, calls: Calls) -> None:
    """Nor does a user who leaves and comes back at once: one text after the other is as much as one long text."""
    for user in "abc":
        await calls.enter(user, *(f"{user}{number}" for number in range(12)), work=queue_module.HEAD_START)
    await calls.enter("lily", "hello", work=2 * queue_module.CREDIT)
    for _ in range(4):
        await engines.finish()
    assert "hello" in engines.asked
    await calls.enter("lily", "again")
    await calls.enter("hanmeimei", "first")
    before = len(engines.asked)
    for _ in range(24):
        await engines.finish()
    assert engines.asked.index("first") == before
    assert engines.asked.index("again") > before + 1


async def test_who_comes_back_with_short_texts_waits_no_longer(engines: ManualEngines, calls: Calls) -> None:
    """A few who ask for one sentence after the other get them in the order in which they asked, among newcomers too."""
    order = [f"{user}{number}" for number in range(9) for user in "abcd"]
    for place, text in enumerate(order):
        if place >= 4:
            await engines.finish()
        user = text[0] if text[0] != "d" else text  # of each four one is new
        await calls.enter(user, text, work=queue_module.HEAD_START / 2)
    for _ in range(4):
        await engines.finish()
    assert order == engines.asked


async def test_newcomers_delay_nobody_for_ever(engines: ManualEngines, metrics: Metrics) -> None:
    """However many come with a first segment, a call that is close to its deadline is served before them."""
    now = 0.0
    queue = FairQueue(engines, 20.0, metrics, clock=lambda: now)
    work = queue_module.HEAD_START
    call = queue.enter("lily", [work] * 2, Whole(50.0, 50.0))
    speaking = [asyncio.create_task(queue.speak(call, Utterance(text, "baker"), work)) for text in ("a1", "a2")]
    while "a2" not in engines.asked:
        newcomer = queue.enter(f"user{now}", [WORK], Whole(now + 50.0, 50.0))
        speaking.append(asyncio.create_task(queue.speak(newcomer, Utterance(f"{now}", "baker"), WORK)))
        await settle()
        now += 1.0
        await engines.finish()
    assert 20 < now < 50 - URGENT_S
    for task in speaking:
        task.cancel()


async def turns(queue: FairQueue, engines: ManualEngines, calls: dict[str, QueuedCall]) -> list[str]:
    """The names of calls with a segment each, in the order in which they are served when they all wait."""
    engines.slots = 0
    speaking = [asyncio.create_task(queue.speak(call, Utterance(name, "baker"), WORK)) for name, call in calls.items()]
    await settle()
    engines.slots = 1
    engines.on_room[0]()
    await settle()
    for _ in speaking:
        await engines.finish()
    return engines.asked


def playing(left_s: float) -> Playback:
    """A stream whose player has so much left at time 0."""
    pace = Playback(0.0, 20.0)
    pace.made(WORK, left_s)
    pace.taken(left_s, 0.0)
    return pace


async def test_a_stream_that_runs_dry_is_urgent(engines: ManualEngines, metrics: Metrics) -> None:
    """It goes before a newcomer, and before a stream with more left to play."""
    queue = FairQueue(engines, 20.0, metrics, clock=lambda: 0.0)
    paces: dict[str, Pace] = {"rich": playing(30.0), "new": Whole(50.0, 50.0), "poor": playing(1.5)}
    calls = {name: queue.enter(name, [WORK], pace) for name, pace in paces.items()}
    assert ["poor", "rich", "new"] == await turns(queue, engines, calls)


async def test_of_a_user_s_streams_the_one_that_needs_it(engines: ManualEngines, metrics: Metrics) -> None:
    """Of one user's streams the next is that whose player has the least left, not the one that came first."""
    queue = FairQueue(engines, 20.0, metrics, clock=lambda: 0.0)
    calls = {name: queue.enter("lily", [WORK], playing(left_s)) for name, left_s in (("a", 30.0), ("b", 8.0))}
    assert ["b", "a"] == await turns(queue, engines, calls)


@pytest.mark.parametrize("error", [EngineAwayError(), EngineOverloadedError()])
async def test_an_engine_that_is_away_is_asked_again(engines: ManualEngines, calls: Calls, error: Exception) -> None:
    """The segment keeps its place: nothing of the call is lost."""
    await calls.enter("lily", "a1", "a2")
    await engines.finish("a1", error)
    await asyncio.sleep(0.01)
    for _ in range(2):
        await engines.finish()
    await asyncio.sleep(0.01)
    assert calls.tasks["a1"].done()
    assert not calls.tasks["a1"].exception()
    assert 2 == engines.asked.count("a1")


async def test_other_errors_reach_the_call(engines: ManualEngines, calls: Calls) -> None:
    """A segment that fails is told to the call, and the next goes on."""
    await calls.enter("lily", "a1", "a2")
    await engines.finish("a1", EngineFailedError())
    with pytest.raises(EngineFailedError):
        await calls.tasks["a1"]
    assert ["a1", "a2"] == engines.asked


async def test_who_leaves_is_forgotten(engines: ManualEngines, calls: Calls, queue: FairQueue) -> None:
    """A cancelled segment is not made, or no longer, and the engines' room is free at once."""
    call = await calls.enter("lily", "a1", "a2")
    await calls.enter("hanmeimei", "b1")
    for text in ("a1", "a2"):
        calls.tasks[text].cancel()
    await settle()
    queue.leave(call)
    assert ["a1", "b1"] == engines.asked
    assert ["hanmeimei"] == list(queue.calls())


async def test_what_is_done_is_not_waited_for(engines: ManualEngines, calls: Calls, queue: FairQueue) -> None:
    """However long its answer takes to be sent, a call whose segments are made is no work and no user any more."""
    call = await calls.enter("lily", "a1", "a2")
    await engines.finish("a1")
    assert ["lily"] == list(queue.calls())
    await engines.finish("a2")
    assert ({}, 0.0) == (queue.calls(), queue.backlog)
    queue.leave(call)


async def test_cancelled_before_it_was_sent(engines: ManualEngines, calls: Calls, queue: FairQueue) -> None:
    """A segment that is cancelled in the moment it is sent does not take room for ever."""
    call = queue.enter("lily", [WORK], Whole(1e9, 1e9))
    task = asyncio.create_task(queue.speak(call, Utterance("a1", "baker"), WORK))
    await asyncio.sleep(0)
    task.cancel()
    await settle()
    await calls.enter("hanmeimei", "b1")
    assert "b1" == engines.asked[-1]


async def test_an_outage_is_no_rate(engines: ManualEngines, metrics: Metrics) -> None:
    """While the engines are away nothing is measured, however much waits: the rate is that of before."""
    now = 0.0
    queue = FairQueue(engines, 20.0, metrics, clock=lambda: now)
    calls = Calls(queue)
    await calls.enter("lily", *(f"a{number}" for number in range(30)))
    for _ in range(20):
        now += 1
        await engines.finish()
    before = queue.rate.per_second
    engines.slots = 0
    await engines.finish("", EngineAwayError())
    for _ in range(30):
        now += 1
        engines.on_room[0]()
    await asyncio.sleep(0.01)
    engines.slots = 1
    engines.on_room[0]()
    await settle()
    for _ in range(5):
        now += 1
        await engines.finish()
    assert before == pytest.approx(queue.rate.per_second, rel=0.15)
    for task in calls.tasks.values():
        task.cancel()


async def test_work_left_counts_down(engines: ManualEngines, calls: Calls) -> None:
    """What a user still waits for is the work of the segments that are not spoken."""
    call = await calls.enter("lily", "a1", "a2")
    assert 2 * WORK == call.left
    await engines.finish()
    assert WORK == call.left


async def test_no_segment_is_waited_for_beyond_the_deadline(engines: ManualEngines) -> None:
    """The engines are given what is left of the call's time, at most a segment's own."""
    queue = FairQueue(engines, 20.0, Metrics(), clock=lambda: 100.0)
    for deadline in (105.0, 200.0):
        engines.slots += 1
        call = queue.enter("lily", [WORK], Whole(deadline, 50.0))
        asyncio.create_task(queue.speak(call, Utterance(f"{deadline}", "baker"), WORK))  # noqa: RUF006
        await settle()
    assert [5.0, 20.0] == engines.timeouts


async def test_a_call_that_grows(engines: ManualEngines, queue: FairQueue, calls: Calls) -> None:
    """It is in its user's line while there is something to say, and its work is known as far as it goes."""
    call = await calls.enter("lily", "a1")
    queue.extend(call, [WORK])
    calls.tasks["a2"] = asyncio.create_task(queue.speak(call, Utterance("a2", "baker"), WORK))
    await engines.finish("a1")
    assert ({"lily": [call]}, WORK) == (queue.calls(), queue.backlog)
    await engines.finish("a2")
    assert {} == queue.calls()
    queue.extend(call, [WORK, WORK])
    assert ({"lily": [call]}, 2 * WORK) == (queue.calls(), queue.backlog)
    queue.leave(call)
    assert {} == queue.calls()
