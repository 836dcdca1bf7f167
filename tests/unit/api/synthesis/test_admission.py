"""What is let in is spoken in time, however many ask: the real scheduler against simulated engines, in virtual time."""

import asyncio
import math
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from api.engine.engine import Speech, Utterance
from api.metrics import Metrics
from api.problems import Refusal
from api.synthesis.admission import AdmissionControl
from api.synthesis.pace import FIRST_SOUND_S, Playback, Whole
from api.synthesis.queue import FairQueue
from api.synthesis.synthesizer import each, in_order
from api.synthesis.work import work_of_length
from tests.support import virtual_time

RATE = 200.0
"""Work a second that the simulated machine does in all."""

DEADLINE_S = 50.0
STUTTER_S = 0.01
LATE_STREAMS = 0.05
"""In an overload, at most. It is about one in 800: the forecast does not know that segments cannot be divided."""
SEGMENT = 60  # characters


class Machine:
    """Two workers, shared by all replicas, first come first served."""

    def __init__(self, rate: float = RATE) -> None:
        self._workers = asyncio.Semaphore(2)
        self._rate = rate / 2
        self.done = 0.0

    async def speak(self, work: float) -> None:
        async with self._workers:
            await asyncio.sleep(work / self._rate * random.uniform(0.8, 1.2))
        self.done += work


@dataclass
class Window:
    """A replica's view of the machine: so many segments at a time."""

    machine: Machine
    size: int = 4
    in_flight: int = 0

    @property
    def room(self) -> int:
        return self.size - self.in_flight

    def watch(self, on_room: Callable[[], None]) -> None:
        """Not needed: the queue itself sees when a segment is done."""

    async def speak(self, _utterance: Utterance, work: float, _timeout_s: float) -> Speech:
        self.in_flight += 1
        try:
            await self.machine.speak(work)
        finally:
            self.in_flight -= 1
        return Speech(np.zeros(1, np.float32), 24000)


class Replica:
    def __init__(self, machine: Machine) -> None:
        clock = asyncio.get_running_loop().time
        self.queue = FairQueue(Window(machine), 20.0, Metrics(), clock)
        self.queue.rate.suppose(RATE / 2)
        self.control = AdmissionControl(self.queue, lambda: None, DEADLINE_S, 15.0, clock)

    async def call(self, user: str, characters: int) -> float:
        """One call, from the beginning to the end, or Refusal, or TimeoutError: seconds until it was there."""
        clock = asyncio.get_running_loop().time
        began, segments = clock(), _segments(characters)
        pace = Whole(began + DEADLINE_S, DEADLINE_S)
        call = self.control.admit(user, [work_of_length(segment, 1.0) for segment in segments], pace)

        async def speak(segment: int) -> Speech:
            return await self.queue.speak(call, Utterance("", "baker"), work_of_length(segment, 1.0))

        try:
            async with asyncio.timeout_at(pace.deadline):
                async for task in in_order(speak, each(segments), 16):
                    await task
        finally:
            self.queue.leave(call)
        return clock() - began

    async def stream(self, user: str, characters: int) -> float:
        """One stream, heard to its end, or Refusal, or TimeoutError if its player had to wait once it had begun.

        Seconds until the first sound.
        """
        clock = asyncio.get_running_loop().time
        began, segments = clock(), [SEGMENT // 2, *_segments(characters - SEGMENT // 2)]
        pace, tempo = Playback(began, 20.0), random.uniform(0.11, 0.18)  # seconds of sound for a unit of work
        call = self.control.admit(user, [work_of_length(segment, 1.0) for segment in segments], pace)

        async def speak(segment: int) -> float:
            work = work_of_length(segment, 1.0)
            await self.queue.speak(call, Utterance("", "baker"), work)
            pace.made(work, work * tempo)
            return work * tempo

        first_s, silent_s, empty = 0.0, 0.0, began
        try:
            async for task in in_order(speak, each(segments), pace.ahead):
                pace.taken(seconds := await task, now := clock())
                if not first_s:
                    first_s = now - began
                else:
                    silent_s += max(0.0, now - empty)
                empty = max(empty, now) + seconds
        finally:
            self.queue.leave(call)
        await asyncio.sleep(empty - clock())
        if silent_s > STUTTER_S:
            raise TimeoutError
        return first_s


def _segments(characters: int) -> list[int]:
    """The lengths of a text's segments: of one that would fit into one sometimes two."""
    if characters <= SEGMENT:
        first = random.choice([characters, characters // 3, characters // 2])
        return [length for length in (first, characters - first) if length]
    return [min(SEGMENT, characters - start) for start in range(0, characters, SEGMENT)]


@dataclass
class Crowd:
    """Callers of one kind, each always calling or waiting as long as it was told."""

    replicas: list[Replica]
    streams: bool = False
    outcomes: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)

    async def caller(self, user: str, characters: int, pause_s: float = 0.0) -> None:
        while True:
            told_s = await self.once(user, characters)
            await asyncio.sleep(told_s or pause_s)

    async def once(self, user: str, characters: int) -> float:
        """One call; how long to wait before the next if it was refused."""
        replica = random.choice(self.replicas)
        try:
            waited_s = await (replica.stream if self.streams else replica.call)(user, characters)
        except Refusal as refusal:
            self.outcomes["refused"] += 1
            return float(refusal.headers["Retry-After"])
        except TimeoutError:
            self.outcomes["late"] += 1
        else:
            self.outcomes["spoken"] += 1
            self.waits.append(waited_s)
        return 0.0


async def for_a_while(seconds: float, *callers: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.create_task(caller) for caller in callers]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results), results


@pytest.mark.parametrize("replicas", [1, 2])
@pytest.mark.parametrize(("callers", "characters"), [(30, 600), (100, 600), (300, 20), (40, 1000)])
def test_what_is_let_in_is_spoken(replicas: int, callers: int, characters: int) -> None:
    """Under any overload no call is late, and the machine is never idle for want of calls that were let in."""

    async def main() -> tuple[Counter[str], float]:
        machine = Machine()
        crowd = Crowd([Replica(machine) for _ in range(replicas)])
        await for_a_while(300, *(crowd.caller(f"user{number}", characters) for number in range(callers)))
        return crowd.outcomes, machine.done / 300

    outcomes, rate = virtual_time.run(main())
    assert 0 == outcomes["late"], outcomes
    assert rate >= 0.95 * RATE, outcomes


@pytest.mark.parametrize("replicas", [1, 2])
@pytest.mark.parametrize(("callers", "characters"), [(100, 100), (40, 600), (100, 1000)])
def test_a_stream_that_is_let_in_is_heard(replicas: int, callers: int, characters: int) -> None:
    """Under any overload hardly a player has to wait once it has begun, first sounds come soon, the machine is used."""

    async def main() -> tuple[Crowd, float]:
        machine = Machine()
        crowd = Crowd([Replica(machine) for _ in range(replicas)], streams=True)
        await for_a_while(300, *(crowd.caller(f"user{number}", characters) for number in range(callers)))
        return crowd, machine.done / 300

    crowd, rate = virtual_time.run(main())
    assert crowd.outcomes["late"] <= LATE_STREAMS * crowd.outcomes["spoken"], crowd.outcomes
    assert max(crowd.waits) < FIRST_SOUND_S
    assert rate >= 0.9 * RATE, crowd.outcomes


def test_streams_and_whole_answers() -> None:
    """Those who listen and those who wait for a file are let in beside each other, and hardly any is late."""

    async def main() -> tuple[Crowd, Crowd, float]:
        machine = Machine()
        replicas = [Replica(machine)]
        files, streams = Crowd(replicas), Crowd(replicas, streams=True)
        await for_a_while(
            300,
            *(files.caller(f"file{number}", 600) for number in range(20)),
            *(streams.caller(f"stream{number}", 600) for number in range(20)),
        )
        return files, streams, machine.done / 300

    files, streams, rate = virtual_time.run(main())
    assert 0 == files.outcomes["late"]
    assert streams.outcomes["late"] <= 2 * LATE_STREAMS * streams.outcomes["spoken"]
    assert min(files.outcomes["spoken"], streams.outcomes["spoken"]) > 15
    assert rate >= 0.95 * RATE


def test_a_stream_that_cannot_keep_up_keeps_nobody_out() -> None:
    """A player that would wait on an idle machine, too, is nobody's fault: others are let in beside it."""

    async def main() -> list[Refusal | None]:
        replica, now = Replica(Machine()), asyncio.get_running_loop().time
        await for_a_while(20, *(Crowd([replica]).caller(f"user{number}", 600) for number in range(20)))
        outcomes = []
        for work in (4 * RATE, 2 * RATE):
            pace = Playback(now(), 20.0)
            pace.made(1.0, 3.0)
            pace.taken(3.0, now())  # so long the player has something to play
            call = replica.queue.enter("lily", [work], pace)
            outcomes.append(await admit_or_refuse(replica.control, "tom", 2 * RATE))
            replica.queue.leave(call)
        return outcomes

    beside_a_hopeless_one, beside_another = virtual_time.run(main())
    assert beside_a_hopeless_one is None
    assert beside_another is not None


def test_a_burst_after_a_quiet_time() -> None:
    """Replicas that each had the machine to themselves do not promise it twice when everybody comes at once."""

    async def main() -> Counter[str]:
        machine = Machine()
        crowd = Crowd([Replica(machine) for _ in range(2)])
        await for_a_while(60, crowd.caller("lily", 600))
        crowd.outcomes.clear()
        await for_a_while(200, *(crowd.caller(f"user{number}", 600) for number in range(60)))
        return crowd.outcomes

    outcomes = virtual_time.run(main())
    assert 0 == outcomes["late"], outcomes


def test_a_rush_that_slows_the_machine() -> None:
    """Many times as many arrive as can be served, and refusing them takes a quarter of it: no call is late."""

    async def main() -> Counter[str]:
        machine = Machine()
        crowd = Crowd([Replica(machine) for _ in range(2)])
        await for_a_while(90, *(crowd.caller(f"user{number}", 20) for number in range(10)))
        crowd.outcomes.clear()
        machine._rate *= 0.75
        calls = []
        for number in range(60 * 80):
            calls.append(asyncio.create_task(crowd.once(f"rush{number}", 20)))
            await asyncio.sleep(random.expovariate(80))
        await asyncio.gather(*calls)
        return crowd.outcomes

    outcomes = virtual_time.run(main())
    assert 0 == outcomes["late"], outcomes
    assert outcomes["spoken"] > 0.9 * 60 * 0.75 * RATE / work_of_length(20, 1.0)


def test_newcomers_are_let_in_and_served_soon() -> None:
    """While ten users have all the calls in line that they may, one sentence now and then is never refused."""

    async def main() -> tuple[Crowd, Crowd]:
        machine = Machine()
        replicas = [Replica(machine)]
        flood, newcomers = Crowd(replicas), Crowd(replicas)
        await for_a_while(
            300,
            *(flood.caller(f"flood{number % 10}", 1000) for number in range(100)),
            *(newcomers.caller(f"user{number}", 20, pause_s=5.0) for number in range(3)),
        )
        return flood, newcomers

    flood, newcomers = virtual_time.run(main())
    assert 0 == flood.outcomes["late"] + newcomers.outcomes["late"] + newcomers.outcomes["refused"]
    p95 = sorted(newcomers.waits)[int(0.95 * len(newcomers.waits))]
    assert p95 < 2 * work_of_length(20, 1.0) / (RATE / 2) + 3 * work_of_length(SEGMENT, 1.0) / (RATE / 2)


def test_a_machine_that_becomes_slower() -> None:
    """What was let in before may suffer, what comes after does not: the rate is learnt."""

    async def main() -> Counter[str]:
        machine = Machine()
        crowd = Crowd([Replica(machine)])
        callers = [crowd.caller(f"user{number}", 600) for number in range(40)]
        tasks = [asyncio.create_task(caller) for caller in callers]
        await asyncio.sleep(100)
        machine._rate /= 2
        await asyncio.sleep(100)
        crowd.outcomes.clear()
        await asyncio.sleep(200)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return crowd.outcomes

    outcomes = virtual_time.run(main())
    assert 0 == outcomes["late"], outcomes
    assert outcomes["spoken"] > 0.9 * 200 * RATE / 2 / 640


async def admit_or_refuse(control: AdmissionControl, user: str, work: float) -> Refusal | None:
    try:
        control.admit(user, [work], Whole(asyncio.get_running_loop().time() + DEADLINE_S, DEADLINE_S))
    except Refusal as refusal:
        return refusal
    return None


def test_an_idle_machine_refuses_nobody() -> None:
    """Before anything was measured, and when nothing is in progress, a call is let in whatever its length."""

    async def main() -> Refusal | None:
        return await admit_or_refuse(Replica(Machine()).control, "lily", 1e6)

    assert virtual_time.run(main()) is None


@pytest.mark.parametrize("rate", [10.0, 20.0, 40.0])
def test_how_much_an_idle_machine_speaks_in_time(rate: float) -> None:
    """It is known after a few long calls, however slow the engine; a slow moment after them does not make it less."""

    async def main() -> tuple[float, list[float]]:
        machine = Machine(rate)
        replica = Replica(machine)
        before = replica.control.most_alone
        most = []
        for slowness in (1.0, 1.0, 1.0, 0.3):
            machine._rate = rate / 2 * slowness
            await Crowd([replica]).once("lily", 1000)
            most.append(replica.control.most_alone / DEADLINE_S)
        return before, most

    before, (*_, quick, slow) = virtual_time.run(main())
    assert math.isinf(before)
    assert 0.6 * rate < quick < 1.2 * rate
    assert quick <= slow


def test_those_who_are_refused_are_told_different_times() -> None:
    """A crowd that was refused does not come back at once, but as fast as there will be room."""

    async def main() -> list[int]:
        replica = Replica(Machine())
        await for_a_while(20, *(Crowd([replica]).caller(f"user{number}", 600) for number in range(20)))
        refusals = [await admit_or_refuse(replica.control, f"user{number}", 400.0) for number in range(60)]
        return [int(refusal.headers["Retry-After"]) for refusal in refusals if refusal]

    times = virtual_time.run(main())
    assert len(times) > 40
    assert 1 <= min(times) < max(times) <= 26
    assert len({time for time in times if time >= 20}) > 2
    assert len(set(times)) > 4


def test_room_that_opens_unexpectedly_is_found() -> None:
    """When those who were let in leave at once, the engines do not stand idle for long while others were sent away."""

    async def main() -> float:
        machine = Machine()
        replica = Replica(machine)
        flood = [asyncio.create_task(Crowd([replica]).caller(f"flood{number}", 1000)) for number in range(200)]
        await asyncio.sleep(60)
        crowd = [asyncio.create_task(Crowd([replica]).caller(f"user{number}", 600)) for number in range(30)]
        await asyncio.sleep(1)
        for task in flood:
            task.cancel()
        before = machine.done
        await asyncio.sleep(60)
        for task in crowd:
            task.cancel()
        await asyncio.gather(*flood, *crowd, return_exceptions=True)
        return (machine.done - before) / 60

    assert virtual_time.run(main()) > 0.6 * RATE


def test_an_engine_that_stays_away() -> None:
    """After the time that a restart may take, a call is refused at once."""

    async def main() -> Refusal | None:
        clock = asyncio.get_running_loop().time
        queue = FairQueue(Window(Machine()), 20.0, Metrics(), clock)
        control = AdmissionControl(queue, lambda: 0.0, DEADLINE_S, 15.0, clock)
        assert await admit_or_refuse(control, "lily", 10.0) is None
        await asyncio.sleep(16)
        return await admit_or_refuse(control, "lily", 10.0)

    refusal = virtual_time.run(main())
    assert refusal
    assert "engine_unavailable" == refusal.problem.code
