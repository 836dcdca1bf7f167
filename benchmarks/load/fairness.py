"""One who asks for a sentence now and then, while others take all that they may."""

import asyncio
import time
from contextlib import AsyncExitStack

from benchmarks.load.bench import Bench, Result
from benchmarks.load.callers import crowd
from benchmarks.load.client import Client, Habits
from benchmarks.load.statistics import percentile
from benchmarks.load.users import CALLS

FLOODS = (1, 10)
SENTENCE, SEGMENT, LONGEST = 20, 80, 1000
"""Characters: what the occasional user asks for; the longest single segment of the voice; the longest text."""

BETWEEN_S = 1.0
VISIT_S = 3.0
"""On average; who has to wait for longer comes less often, or a stack that collapses would keep us for an hour."""

WARM_S = 5.0


async def fairness(bench: Bench) -> Result:
    """The occasional user is somebody else each time, with nothing in progress, as a user who seldom calls."""
    idle = await _visits(bench, SENTENCE)
    segment = await _visits(bench, SEGMENT)
    floods = {str(users): await _flooded(bench, users) for users in FLOODS}
    return {"idle": idle, "segment": segment, "floods": floods}


async def _flooded(bench: Bench, users: int) -> Result:
    """Each flooding user asks for ten texts of a thousand characters at once, and again when told to."""
    client = bench.client()
    async with AsyncExitStack() as stack:
        for _ in range(users):
            user = await bench.users.take(LONGEST)
            stack.callback(bench.users.give_back, user, CALLS * LONGEST)
            flood = crowd(client, CALLS, bench.sized(LONGEST), Habits("flood"), user)
            await stack.enter_async_context(flood)
        await asyncio.sleep(WARM_S)
        found = await _visits(bench, SENTENCE)
    return found | {"flood": _outcomes(bench, client)}


async def _visits(bench: Bench, characters: int) -> Result:
    client, habits = bench.client(), Habits("occasional")
    closes = time.monotonic() + VISIT_S * bench.plan.visits
    while len(client.records) < bench.plan.visits and time.monotonic() < closes:
        user = await bench.users.take(characters)
        await client.call(user, bench.texts.sentence(characters), habits)
        bench.users.give_back(user, characters)
        await asyncio.sleep(BETWEEN_S)
    waits = [record.wait_s for record in client.records if record.outcome == "spoken"]
    return {
        "outcomes": _outcomes(bench, client),
        "wait_p50_s": percentile(waits, 0.5),
        "wait_p95_s": percentile(waits, 0.95),
        "waits_s": waits,
    }


def _outcomes(bench: Bench, client: Client) -> dict[str, int]:
    outcomes = [record.outcome for record in bench.with_edge_times(client.records)]
    return {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}
