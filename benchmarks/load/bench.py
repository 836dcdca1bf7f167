"""What every scenario needs: the service, its users, texts, and windows of time on it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.load.client import Client
from benchmarks.load.plan import Plan
from benchmarks.load.records import Record
from benchmarks.load.service import Service
from benchmarks.load.statistics import Window, summary
from benchmarks.load.texts import Texts
from benchmarks.load.users import Users

Result = dict[str, Any]


@dataclass
class Bench:
    """`results` has what the scenarios before have found, by their names."""

    service: Service
    users: Users
    plan: Plan
    texts: Texts = field(default_factory=lambda: Texts(seed=8))
    results: Result = field(default_factory=dict)

    def client(self) -> Client:
        """With no calls yet."""
        return Client(self.users)

    def text(self, kind: str) -> Callable[[], str]:
        return lambda: self.texts.of(kind)

    def sized(self, characters: int) -> Callable[[], str]:
        return lambda: self.texts.sized(characters)

    async def window(self, client: Client, label: str, callers: int, times: tuple[float, float]) -> Window:
        """Watch whoever is calling, after a warm-up, until all who called in that time have their answers.

        The window begins when the calls of the warm-up have ended, and the callers go on calling after it, so that the
        load is steady around it: else the shares that `goodput` takes of the calls at its edges would be too large.
        """
        warm_s, seconds = times
        await asyncio.sleep(warm_s)
        await client.settle()
        before, began = await asyncio.to_thread(self.service.cpu_s), time.monotonic()
        await asyncio.sleep(seconds)
        ended, after = time.monotonic(), await asyncio.to_thread(self.service.cpu_s)
        await client.settle()
        spent = {name: max(0.0, after[name] - before.get(name, 0.0)) for name in after}
        return Window(label, callers, began, ended, spent)

    def with_edge_times(self, records: Sequence[Record]) -> list[Record]:
        times = self.service.edge_seconds()
        return [replace(record, edge_s=times.get(record.request_id)) for record in records]

    def summaries(self, client: Client, windows: Sequence[Window]) -> list[Result]:
        """To be asked for when the last call has ended."""
        records = self.with_edge_times(client.records)
        return [summary(records, window) for window in windows]

    @property
    def callers(self) -> int:
        """The capacity for short texts."""
        return int(self.results["overload of short texts"]["capacity"])
