"""What every scenario needs: the service, its users, texts, and windows of time on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.load.client import Client
from benchmarks.load.plan import Plan
from benchmarks.load.records import Record
from benchmarks.load.service import Service
from benchmarks.load.statistics import Window
from benchmarks.load.texts import Texts
from benchmarks.load.users import Users
from benchmarks.load.windows import summaries, watch, with_edge_times

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
        return await watch(self.service, client, label, callers, times)

    def with_edge_times(self, records: Sequence[Record]) -> list[Record]:
        return with_edge_times(self.service, records)

    def summaries(self, client: Client, windows: Sequence[Window]) -> list[Result]:
        """To be asked for when the last call has ended."""
        return summaries(self.service, client, windows)

    @property
    def callers(self) -> int:
        """The capacity for short texts."""
        return int(self.results["overload of short texts"]["capacity"])
