"""What runs, as Docker or supervisord know it, and how a copy of it is ended: one interface of two implementations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class RestartError(Exception):
    """It could not be done; the message says why."""


@dataclass(frozen=True)
class Copy:
    """`name` is what Docker or supervisord call it; `at` holds its hosts, or host:port."""

    service: str
    name: str
    at: frozenset[str]
    starting: bool = False
    """Started not long ago: that it does not answer yet is no failure."""

    ending: bool = False
    """Somebody has asked it to end, and it has its time for that."""

    stopped: bool = False
    """It neither runs nor is about to be started."""

    age_s: float | None = None
    """How long it has run; None while it does not."""

    def serves(self, address: str) -> bool:
        return address in self.at or address.partition(":")[0] in self.at


def describe_broken(processes: Iterable[tuple[str, str, str]]) -> str:
    """Of every process its pid, its state as `ps` and /proc write it, and its command."""
    states = {"Z": "has died", "T": "is frozen"}
    broken = (
        f"process {pid} ({command}) {states[state[:1]]}" for pid, state, command in processes if state[:1] in states
    )
    return next(broken, "")


class Restarter(Protocol):
    """Every method may raise `RestartError`, and takes a bounded time."""

    async def copies(self) -> list[Copy]:
        """Every copy of every service that there should be, whether it runs or not."""
        ...

    async def restart(self, name: str) -> None:
        """End the copy at once and start it again."""
        ...

    async def drain(self, name: str) -> None:
        """Restart the copy when it has finished what it has accepted."""
        ...

    async def give_up(self, name: str) -> None:
        """Stop the copy if it dies at every start; what runs, well or not, is left as it is."""
        ...

    async def broken(self, name: str) -> str:
        """Which of the copy's processes has died and was not started again, or is frozen; or nothing."""
        ...

    async def memory_mb(self, name: str) -> float:
        """What the copy holds in memory, MiB."""
        ...
