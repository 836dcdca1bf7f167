"""Our column of the table of issue 8: fixed numbers of callers, whatever the machine."""

from benchmarks.load.bench import Bench, Result
from benchmarks.load.callers import crowd
from benchmarks.load.client import Habits


async def table(bench: Bench) -> list[Result]:
    return [
        {"characters": characters, **await _row(bench, callers, characters)} for callers, characters in bench.plan.rows
    ]


async def _row(bench: Bench, callers: int, characters: int) -> Result:
    client = bench.client()
    async with crowd(client, callers, bench.sized(characters), Habits("table")):
        window = await bench.window(client, f"{characters} characters", callers, bench.plan.table_s)
    return bench.summaries(client, [window])[0]
