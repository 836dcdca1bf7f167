"""The peak, how many callers it takes, and what is left of it when there are several times as many."""

from collections import Counter
from collections.abc import Iterable, Sequence

from benchmarks.load.bench import Bench, Result
from benchmarks.load.callers import crowd
from benchmarks.load.client import Client, Habits
from benchmarks.load.plan import OVER
from benchmarks.load.statistics import Window, capacity, honesty, mean, refusals, spread

PEAK = "peak"


async def overload(bench: Bench, kind: str) -> Result:
    """Closed loops that wait as they are told: first the search, then peak, 3×, 10×, peak in turn."""
    levels = await _search(bench, kind)
    callers = capacity({level["callers"]: level["goodput"] for level in levels})
    client = bench.client()
    windows = await _press(bench, kind, client, callers)
    pressed, records = bench.summaries(client, windows), bench.with_edge_times(client.records)
    return {
        "capacity": callers,
        "levels": levels,
        "windows": pressed,
        **_ratios(pressed),
        "outcomes": dict(Counter(record.outcome for record in records)),
        "late": sum(record.late for record in records),
        "refusals": refusals(records),
        "retry_after": honesty(records),
    }


async def _search(bench: Bench, kind: str) -> list[Result]:
    load, client, windows = bench.plan.loads[kind], bench.client(), []
    async with crowd(client, 0, bench.text(kind), Habits(kind)) as callers:
        for size in load.levels:
            callers.resize(size)
            windows.append(await bench.window(client, "search", size, load.search_s))
    return bench.summaries(client, windows)


async def _press(bench: Bench, kind: str, client: Client, capacity: int) -> list[Window]:
    """The peak at both ends: what the machine does meanwhile shows as a difference between the two."""
    times, windows = bench.plan.loads[kind].overload_s, []
    async with crowd(client, 0, bench.text(kind), Habits(kind)) as callers:
        for label, factor in ((PEAK, 1), *((f"{over}×", over) for over in OVER), (PEAK, 1)):
            callers.resize(factor * capacity)
            windows.append(await bench.window(client, label, len(callers), times))
    return windows


def _ratios(windows: Sequence[Result]) -> Result:
    """Of each overload's goodput to the mean of the peaks of the same run."""
    peaks = list(_goodputs(windows, PEAK))
    ratios = {f"{over}×": _share(mean(list(_goodputs(windows, f"{over}×"))), mean(peaks)) for over in OVER}
    return {"ratios": ratios, "peak_spread": spread(peaks)}


def _goodputs(windows: Iterable[Result], label: str) -> Iterable[float]:
    return (window["goodput"] for window in windows if window["label"] == label)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
