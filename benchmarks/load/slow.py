"""Clients that take their time to read: what the api holds for them, and what is left for others."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.load.bench import Bench, Result
from benchmarks.load.callers import crowd
from benchmarks.load.client import Client, Habits
from benchmarks.load.fairness import LONGEST

BYTES_PER_S = 32 * 1024
RECEIVE_BUFFER = 64 * 1024
KIND = "short"
BUDGET_MB = int(os.environ.get("HAOSHUO_AUDIO_MEMORY_MB", "128"))
"""What each process of the api may hold for its clients."""

WATCH_S = 0.5


async def slow(bench: Bench) -> Result:
    """First those alone who read at once, then with slow readers of the longest answers beside them."""
    client, plan = bench.client(), bench.plan
    async with crowd(client, bench.callers, bench.text(KIND), Habits(KIND)):
        async with _watching(bench) as before:
            alone = await bench.window(client, "alone", bench.callers, plan.pressed_s)
        async with _watching(bench) as after, _readers(bench) as readers:
            beside = await bench.window(
                client, "beside slow readers", bench.callers, (plan.slow_s / 3, plan.slow_s * 2 / 3)
            )
    growth = {name: after[name] - before.get(name, 0.0) for name in after}
    return {
        "budget_mb": BUDGET_MB,
        "before_mb": before,
        "most_mb": after,
        "growth_mb": max(growth.values()),
        "answers_begun": sum(record.size > 0 for record in readers.records),
        "bytes_read": sum(record.size for record in readers.records),
        "windows": bench.summaries(client, [alone, beside]),
    }


@asynccontextmanager
async def _readers(bench: Bench) -> AsyncIterator[Client]:
    client = Client(bench.service.users(RECEIVE_BUFFER))
    habits = Habits("slow", patience_s=bench.plan.slow_s, bytes_per_s=BYTES_PER_S)
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
