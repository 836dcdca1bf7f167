"""The promises of issue 8, each beside what was measured."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.load.bench import Result

GOODPUT = 0.95
REFUSAL_S = 0.1
FOUND_S = 15.0
TIMES_IDLE = 2
OVERLOAD = "overload of {} texts"
NOT_JUDGED = "frozen"
"""Where restarts are what we ask for."""


@dataclass(frozen=True)
class Promise:
    """`kept` is none where nothing was measured that could break it."""

    what: str
    limit: str
    measured: str
    kept: bool | None


def judge(results: Result) -> list[Promise]:
    """Of every scenario that was measured; the others are not mentioned."""
    return [promise for name, judged in _JUDGES.items() if name in results for promise in judged(results[name])]


def _overload(kind: str) -> Callable[[Result], Iterator[Promise]]:
    def judged(found: Result) -> Iterator[Promise]:
        for over, ratio in found["ratios"].items():
            yield least(f"{kind} texts: goodput at {over} the callers, share of the peak", GOODPUT, ratio)
        yield from _refusals(f"{kind} texts", found["refusals"])
        admitted, broken = _admitted(found["outcomes"]), found["outcomes"].get("failed", 0) + found["late"]
        what = f"{kind} texts: calls let in that failed or were late, of {admitted}"
        yield Promise(what, "0", str(broken), broken == 0 if admitted else None)

    return judged


def _admitted(outcomes: dict[str, int]) -> int:
    return outcomes.get("spoken", 0) + outcomes.get("failed", 0)


def _refusals(what: str, refusals: Result) -> Iterator[Promise]:
    """Those that came too late for a refusal are among them."""
    yield most(f"{what}: a refusal at the edge, p95", REFUSAL_S, refusals["edge_p95_s"], " s")
    count, told = refusals["count"], refusals["with_retry_after"]
    yield Promise(f"{what}: 503s with Retry-After", "all", f"{told} of {count}", told == count if count else None)


def _fairness(found: Result) -> Iterator[Promise]:
    idle, segment = found["idle"]["wait_p95_s"], found["segment"]["wait_p95_s"]
    limit = None if idle is None or segment is None else TIMES_IDLE * idle + segment
    for users, flooded in found["floods"].items():
        who = f"occasional user, {users} flooding"
        yield most(f"{who}: wait, p95 (limit: 2 × {_s(idle)} idle + {_s(segment)})", limit, flooded["wait_p95_s"], " s")
        silent = sum(count for outcome, count in flooded["outcomes"].items() if outcome != "spoken")
        yield Promise(f"{who}: calls refused or failed", "0", str(silent), silent == 0)


def _slow(found: Result) -> Iterator[Promise]:
    growth = found["growth_mb"] if found["answers_begun"] else None
    yield most("slow readers: growth of an api process", found["budget_mb"], growth, " MiB")


def _frozen(found: Result) -> Iterator[Promise]:
    for group, one in found.items():
        gone = one["found_s"]
        measured = "never" if gone is None else f"{gone:.1f} s"
        kept = gone is not None and gone <= FOUND_S
        yield Promise(f"{group} frozen at 10×: ended after", f"≤ {FOUND_S:g} s", measured, kept)


def _restarts(found: dict[str, list[str]]) -> Iterator[Promise]:
    restarted = [name for scenario, names in found.items() if scenario != NOT_JUDGED for name in names]
    yield Promise("processes restarted by overload", "0", " ".join(restarted) or "0", not restarted)


_JUDGES: dict[str, Callable[[Any], Iterator[Promise]]] = {
    **{OVERLOAD.format(kind): _overload(kind) for kind in ("short", "long", "mixture")},
    "fairness": _fairness,
    "slow readers": _slow,
    "restarts": _restarts,
    "frozen": _frozen,
}


def least(what: str, limit: float, value: float | None) -> Promise:
    return Promise(what, f"≥ {limit:.3g}", _s(value, ""), None if value is None else value >= limit)


def most(what: str, limit: float | None, value: float | None, unit: str) -> Promise:
    kept = None if value is None or limit is None else value <= limit
    return Promise(what, f"≤ {_s(limit, unit)}", _s(value, unit), kept)


def _s(value: float | None, unit: str = " s") -> str:
    return "–" if value is None else f"{value:.3g}{unit}"
