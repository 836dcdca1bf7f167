"""What many calls come to. Pure functions of records and of times of the monotonic clock."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.load.records import Record

PEAK_SHARE = 0.98
"""Capacity is the fewest callers that reach so much of the peak."""


@dataclass(frozen=True)
class Window:
    """A stretch of time with the same number of callers; `cpu_s` is what services, we and the machine spent."""

    label: str
    callers: int
    began: float
    ended: float
    cpu_s: Mapping[str, float] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    def overlap(self, record: Record) -> float:
        """The share of a call's time that lies in this window."""
        inside = min(self.ended, record.ended) - max(self.began, record.began)
        return max(0.0, inside) / record.wait_s if record.wait_s else 0.0

    def ending(self, records: Iterable[Record]) -> list[Record]:
        return [record for record in records if self.began <= record.ended < self.ended]


def goodput(records: Iterable[Record], window: Window) -> float:
    """Audio seconds a second, of calls answered with a complete WAV.

    A call that reaches over the window's edge counts by the share of its time inside: counted whole, the few long calls
    of a window would be noise. Each record must be there, also those of calls that end after the window; `Bench.window`
    keeps the load steady until then.
    """
    return sum(record.audio_s * window.overlap(record) for record in records) / window.seconds


def percentile(values: Iterable[float], share: float) -> float | None:
    """By nearest rank: a value that was measured."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def capacity(levels: Mapping[int, float], share: float = PEAK_SHARE) -> int:
    """The fewest callers that reach that share of the peak; `levels`: goodput by callers."""
    peak = max(levels.values())
    return min(callers for callers, audio in levels.items() if audio >= share * peak)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def spread(values: Sequence[float]) -> float:
    """Largest less smallest, as a share of the mean."""
    return (max(values) - min(values)) / mean(values) if mean(values) else 0.0


def summary(records: Sequence[Record], window: Window) -> dict[str, Any]:
    """Of the calls that ended in a window, and of its goodput."""
    ended = window.ending(records)
    outcomes = Counter(record.outcome for record in ended)
    waits = [record.wait_s for record in ended if record.outcome == "spoken"]
    return {
        "label": window.label,
        "callers": window.callers,
        "seconds": window.seconds,
        "goodput": goodput(records, window),
        "calls_per_s": outcomes["spoken"] / window.seconds,
        "outcomes": dict(outcomes),
        "codes": dict(Counter(f"{record.status} {record.code}".strip() for record in ended)),
        "late": sum(record.late for record in ended),
        "wait_p50_s": percentile(waits, 0.5),
        "wait_p95_s": percentile(waits, 0.95),
        "refusals": refusals(ended),
        "cpu_s": dict(window.cpu_s),
    }


def refusals(records: Iterable[Record]) -> dict[str, Any]:
    """Of 503s at whatever time: how quickly they came by the edge's clock, and what they asked for."""
    refused = [record for record in records if record.status == 503]  # noqa: PLR2004 - Service Unavailable
    told = [record.retry_after_s for record in refused if record.retry_after_s is not None]
    times = [record.edge_s for record in refused if record.edge_s is not None]
    return {
        "count": len(refused),
        "edge_p95_s": percentile(times, 0.95),
        "with_retry_after": len(told),
        "retry_after_s": [min(told), percentile(told, 0.5), max(told)] if told else None,
        "different_retry_afters": len(set(told)),
    }


def honesty(records: Iterable[Record]) -> dict[str, int]:
    """Of the first tries after the pause that was asked for, how many were let in."""
    again = [record for record in records if record.again]
    return {"retries": len(again), "let_in": sum(record.outcome != "refused" for record in again)}
