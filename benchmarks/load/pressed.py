"""Callers who are not polite: they try again at once, come at random whatever happens to others, or hang up."""

from benchmarks.load.bench import Bench, Result
from benchmarks.load.callers import arrivals, crowd
from benchmarks.load.client import Habits

TIMES = 10
HANGS_UP_S = 2.0
KIND = "short"


async def pressed(bench: Bench) -> list[Result]:
    return [await _at_once(bench), await _open_loop(bench), await _hanging_up(bench)]


async def _at_once(bench: Bench) -> Result:
    client, callers = bench.client(), TIMES * bench.callers
    async with crowd(client, callers, bench.text(KIND), Habits("at once", at_once=True)):
        window = await bench.window(client, f"{TIMES}×, trying again at once", callers, bench.plan.pressed_s)
    return bench.summaries(client, [window])[0]


async def _open_loop(bench: Bench) -> Result:
    client = bench.client()
    per_s = TIMES * max(level["calls_per_s"] for level in bench.results[f"overload of {KIND} texts"]["levels"])
    async with arrivals(client, per_s, bench.text(KIND), Habits("open")):
        window = await bench.window(client, f"{TIMES}×, {per_s:.0f} arrivals a second", 0, bench.plan.pressed_s)
    return bench.summaries(client, [window])[0]


async def _hanging_up(bench: Bench) -> Result:
    """As many as fill the service, and as many again who ask for long texts and leave after two seconds."""
    client, rude = bench.client(), bench.client()
    leaving = Habits("leaves", patience_s=HANGS_UP_S)
    async with (
        crowd(client, bench.callers, bench.text(KIND), Habits(KIND)),
        crowd(rude, bench.callers, bench.text("long"), leaving),
    ):
        window = await bench.window(client, "capacity, and as many who hang up", bench.callers, bench.plan.pressed_s)
    return bench.summaries(client, [window])[0]
