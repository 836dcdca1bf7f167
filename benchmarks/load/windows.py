"""Windows of time on a service that is being called."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from benchmarks.load.client import Client
from benchmarks.load.processes import busy_s
from benchmarks.load.records import Record
from benchmarks.load.statistics import Window, summary

MACHINE = "machine"
"""In a window's CPU seconds: all that was spent by anybody."""


class Watched(Protocol):
    """What a window needs to know of a service."""

    def cpu_s(self) -> dict[str, float]:
        """CPU seconds so far of each of its parts and of ourselves."""
        ...

    def edge_seconds(self) -> dict[str, float]:
        """Request time by request id, of requests that it has logged."""
        ...


async def watch(service: Watched, client: Client, label: str, callers: int, times: tuple[float, float]) -> Window:
    """Whoever is calling, after a warm-up, until all who called in that time have their answers.

    The window begins when the calls of the warm-up have ended, and the callers go on calling after it, so that the
    load is steady around it: else the shares that `goodput` takes of the calls at its edges would be too large.
    """
    warm_s, seconds = times
    await asyncio.sleep(warm_s)
    await client.settle()
    before, began = await asyncio.to_thread(_cpu_s, service), time.monotonic()
    await asyncio.sleep(seconds)
    ended, after = time.monotonic(), await asyncio.to_thread(_cpu_s, service)
    await client.settle()
    spent = {name: max(0.0, after[name] - before.get(name, 0.0)) for name in after}
    return Window(label, callers, began, ended, spent)


def _cpu_s(service: Watched) -> dict[str, float]:
    return service.cpu_s() | {MACHINE: busy_s()}


def with_edge_times(service: Watched, records: Sequence[Record]) -> list[Record]:
    times = service.edge_seconds()
    return [replace(record, edge_s=times.get(record.request_id)) for record in records]


def summaries(service: Watched, client: Client, windows: Sequence[Window]) -> list[dict[str, Any]]:
    """To be asked for when the last call has ended."""
    records = with_edge_times(service, client.records)
    return [summary(records, window) for window in windows]
