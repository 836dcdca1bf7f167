"""Tables as Markdown."""

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.load.bench import Result
from benchmarks.load.plan import CORES

OUTCOMES = ("spoken", "refused", "limited", "failed")
SERVICES = ("nginx", "api", "triton", "generator")


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def windows(found: Sequence[Result]) -> Iterator[str]:
    """A row for each window of time; CPU is a share of all cores' time."""
    head = ("load", "callers", "audio s/s", "calls/s", *OUTCOMES, "late", "p95 s", *(f"{one} CPU" for one in SERVICES))
    rows = [
        (
            *(window[name] for name in ("label", "callers", "goodput", "calls_per_s")),
            *(window["outcomes"].get(outcome, 0) for outcome in OUTCOMES),
            *(window[name] for name in ("late", "wait_p95_s")),
            *(_share(window, one) for one in SERVICES),
        )
        for window in found
    ]
    return table(head, rows)


def counts(outcomes: dict[str, int]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())


def _share(window: Result, service: str) -> str:
    return f"{100 * window['cpu_s'].get(service, 0.0) / window['seconds'] / CORES:.0f} %"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
