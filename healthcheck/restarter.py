"""How a service is restarted: the one interface of two implementations."""

from typing import Protocol


class RestartError(Exception):
    """The restart could not be done; the message says why."""


class Restarter(Protocol):
    async def restart(self, service: str, address: str = "") -> None:
        """End the copy of the service at `address` at once and start it again, or all of them, or `RestartError`."""
        ...

    async def is_starting(self, service: str, address: str) -> bool:
        """Whether the copy of the service at `address`, or any, has just been started, or `RestartError`."""
        ...

    async def drain(self, service: str) -> None:
        """Restart the service, copy by copy, each after it has finished what it has accepted, or `RestartError`."""
        ...

    async def give_up(self, service: str) -> None:
        """Leave what dies at every start stopped, or `RestartError`; what runs, well or not, is left as it is."""
        ...

    async def memory_mb(self, service: str) -> float:
        """What the largest copy of the service holds in memory, MiB, or `RestartError`."""
        ...
