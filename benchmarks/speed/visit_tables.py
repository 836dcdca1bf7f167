"""What visits found, as Markdown. `names` has the systems as readers see them; the first is compared with each."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.load.markdown import table
from benchmarks.load.plan import CORES
from benchmarks.load.windows import MACHINE
from benchmarks.speed.part import Result

GENERATOR = "generator"
NOT_SERVICES = {GENERATOR, MACHINE}

Names = Mapping[str, str]


def best(found: Sequence[Result], system: str, characters: int, unit: str) -> float | None:
    """The most at any number of callers; none if that was not measured."""
    levels = [level for one in _of(found, characters) if one["system"] == system for level in one["levels"]]
    return max((level[unit] for level in levels), default=None)


def wait_p95_s(found: Sequence[Result], system: str, characters: int, callers: int) -> float | None:
    """None if that was not measured."""
    levels = [level for one in _of(found, characters) if one["system"] == system for level in one["levels"]]
    return next((level["wait_p95_s"] for level in levels if level["callers"] == callers), None)


def times(one: float | None, other: float | None) -> float | None:
    return one / other if one and other else None


def generator(window: Result) -> float:
    """The share of all cores' time that the callers took from what they measured."""
    return float(window["cpu_s"][GENERATOR] / window["seconds"] / CORES)


def others(window: Result) -> float:
    """The share of all cores' time that was spent by what has nothing to do with the benchmark."""
    known = sum(seconds for name, seconds in window["cpu_s"].items() if name != MACHINE)
    return float(max(0.0, window["cpu_s"][MACHINE] - known) / window["seconds"] / CORES)


def best_table(found: Sequence[Result], names: Names) -> Iterator[str]:
    """The last two columns are what the first system does, as a multiple of what the one in this row does."""
    ours = next(iter(names))
    head = ("characters", "system", "best calls/s", "best audio s/s", "audio s a call")
    rows = []
    for one in found:
        key = (one["system"], one["characters"])
        mine = [best(found, *key, unit) for unit in ("calls_per_s", "goodput")]
        first = [best(found, ours, key[1], unit) for unit in ("calls_per_s", "goodput")]
        rows.append((key[1], names[key[0]], *mine, one["audio_s"], *map(times, first, mine)))
    return table((*head, f"{names[ours]}, × calls/s", "× audio s/s"), rows)


def level_table(found: Sequence[Result], names: Names, characters: int) -> Iterator[str]:
    """A row for each system and number of callers."""
    head = ("system", "callers", "calls/s", "audio s/s", "wait p50 s", "p95 s", "not spoken")
    rows = [
        (names[one["system"]], *_window(level), _cpu(level), _percent(generator(level)), _percent(others(level)))
        for one in _of(found, characters)
        for level in one["levels"]
    ]
    return table((*head, "CPU ms a call", "generator's CPU", "others' CPU"), rows)


def overload_table(found: Sequence[Result], names: Names) -> Iterator[str]:
    """With the share of each system's own peak that is left."""
    head = ("system", "callers", "calls/s", "audio s/s", "wait p50 s", "p95 s", "not spoken", "share of its peak")
    rows = [
        (names[one["system"]], *_window(window), times(window["goodput"], max(x["goodput"] for x in one["levels"])))
        for one in found
        for window in one["overload"]
    ]
    return table(head, rows)


def again_table(found: Sequence[Result], names: Names) -> Iterator[str]:
    head = ("system", "calls", "spoken", "wait p50 ms")
    rows = [
        (names[one["system"]], again["calls"], again["spoken"], _ms(again["wait_p50_s"]))
        for one in found
        if (again := one["again"])["calls"]
    ]
    return table(head, rows)


def _of(found: Sequence[Result], characters: int) -> Iterator[Result]:
    return (one for one in found if one["characters"] == characters)


def _window(window: Result) -> tuple[object, ...]:
    fields = ("callers", "calls_per_s", "goodput", "wait_p50_s", "wait_p95_s")
    silent = sum(count for outcome, count in window["outcomes"].items() if outcome != "spoken")
    return (*(window[name] for name in fields), silent)


def _cpu(window: Result) -> str:
    """Of each of a system's parts, the largest first."""
    calls = window["outcomes"].get("spoken", 0)
    spent = sorted(
        ((seconds, name) for name, seconds in window["cpu_s"].items() if name not in NOT_SERVICES), reverse=True
    )
    return ", ".join(f"{name} {1000 * seconds / calls:.1f}" for seconds, name in spent) if calls else "–"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else 1000 * seconds
