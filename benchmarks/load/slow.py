"""Clients that take their time to read: what the api holds for them, and what is left for others."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.load.bench import Bench, Result
from benchmarks.load.callers import crowd
from benchmarks.load.client import Client, Habits
from benchmarks.load.fairness import LONGEST
from benchmarks.load.statistics import Window

BYTES_PER_S = 32 * 1024
RECEIVE_BUFFER = 64 * 1024
KIND = "short"
BUDGET_MB = int(os.environ.get("HAOSHUO_AUDIO_MEMORY_MB", "192"))
"""What each process of the api may hold for its clients."""

PATIENCE_S = 3600.0
"""They read until the scenario ends."""

WATCH_S = 0.5


async def slow(bench: Bench) -> Result:
    """Those who read at once alone; then with readers who have had time to get their answers and to go on reading."""
    client = bench.client()
    async with _watching(bench) as before:
        alone = await _others(bench, client, "alone")
    async with _watching(bench) as after, _readers(bench) as readers:
        await asyncio.sleep(bench.plan.slow_s)
        beside = await _others(bench, client, "beside slow readers")
    growth = {name: after[name] - before.get(name, 0.0) for name in after}
    return {
        "budget_mb": BUDGET_MB,
        "before_mb": before,
        "most_mb": after,
        "growth_mb": max(growth.values()),
        "answers_begun": readers.answers_begun,
        "bytes_read": readers.bytes_read,
        "windows": bench.summaries(client, [alone, beside]),
    }


async def _others(bench: Bench, client: Client, label: str) -> Window:
    async with crowd(client, bench.callers, bench.text(KIND), Habits(KIND)):
        return await bench.window(client, label, bench.callers, bench.plan.table_s)


@asynccontextmanager
async def _readers(bench: Bench) -> AsyncIterator[Client]:
    client = Client(bench.service.users(RECEIVE_BUFFER))
    habits = Habits("slow", patience_s=PATIENCE_S, bytes_per_s=BYTES_PER_S)
    try:
        async with crowd(client, bench.plan.slow_readers, bench.sized(LONGEST), habits):
            yield client
    finally:
        await client.users.close()


@asynccontextmanager
async def _watching(bench: Bench) -> AsyncIterator[dict[str, float]]:
    """The most memory of each process of the api while the body runs, MiB."""
    most: dict[str, float] = {}
    watching = asyncio.create_task(_watch(bench, most))
    try:
        yield most
    finally:
        watching.cancel()
        await asyncio.wait([watching])


async def _watch(bench: Bench, most: dict[str, float]) -> None:
    while True:
        for name, resident in (await asyncio.to_thread(bench.service.resident_mb, "api")).items():
            most[name] = max(resident, most.get(name, 0.0))
        await asyncio.sleep(WATCH_S)
