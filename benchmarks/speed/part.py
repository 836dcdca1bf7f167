"""What every part of the benchmark is: a module of `benchmarks.speed.parts` with these functions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.load.chart import Series
from benchmarks.load.promises import Promise
from benchmarks.speed.plan import Plan

Result = dict[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Machine:
    """What targets depend on."""

    cores: int
    avx512: bool

    def of(self, avx512: float, other: float) -> float:
        """A target on a processor with AVX-512, and elsewhere."""
        return avx512 if self.avx512 else other


@dataclass(frozen=True)
class Plot:
    title: str
    series: Series
    axes: tuple[str, str]


class Part(Protocol):
    @property
    def TITLE(self) -> str:  # noqa: N802 - a module's constant
        """The question that the part answers, as a heading."""
        ...

    async def measure(self, plan: Plan, say: Say) -> Result:
        """The numbers, as JSON can hold them; `say` reports progress. It stops whatever it has started."""
        ...

    def lines(self, found: Result) -> Iterator[str]:
        """The tables, as Markdown."""
        ...

    def promises(self, found: Result, machine: Machine) -> Iterator[Promise]:
        """Each target beside what was measured."""
        ...

    def plots(self, found: Result) -> Mapping[str, Plot]:
        """Charts by the name of their files."""
        ...
