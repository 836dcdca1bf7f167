"""Our column of the table of issue 8: fixed numbers of callers, whatever the machine."""

from benchmarks.load.bench import Bench, Result
from benchmarks.load.callers import crowd
from benchmarks.load.client import Habits

ROWS = ((30, 600), (60, 80), (30, 80), (16, 20))
"""Callers, and the characters of their texts."""

LONG, LONGER = 600, 4


async def table(bench: Bench) -> list[Result]:
    return [{"characters": characters, **await _row(bench, callers, characters)} for callers, characters in ROWS]


async def _row(bench: Bench, callers: int, characters: int) -> Result:
    client = bench.client()
    warm_s, seconds = bench.plan.table_s
    factor = LONGER if characters == LONG else 1
    async with crowd(client, callers, bench.sized(characters), Habits("table")):
        window = await bench.window(f"{characters} characters", callers, (factor * warm_s, factor * seconds))
    return bench.summaries(client, [window])[0]
