"""A restarter that only takes notes."""

from dataclasses import dataclass, field

from healthcheck.restarter import RestartError


@dataclass
class FakeRestarter:
    """Implements healthcheck.restarter.Restarter; `done` is what was asked of it, with the service."""

    memory: float = 0.0
    starting: bool = False
    done: list[tuple[str, str]] = field(default_factory=list)
    error: RestartError | None = None

    async def restart(self, service: str, address: str = "") -> None:
        self._note("restart", f"{service} {address}".strip())

    async def is_starting(self, _service: str, _address: str) -> bool:
        if self.error:
            raise self.error
        return self.starting

    async def drain(self, service: str) -> None:
        self._note("drain", service)

    async def give_up(self, service: str) -> None:
        self._note("give_up", service)

    async def memory_mb(self, _service: str) -> float:
        if self.error:
            raise self.error
        return self.memory

    def _note(self, what: str, service: str) -> None:
        if self.error:
            raise self.error
        self.done.append((what, service))
