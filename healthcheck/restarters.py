"""How a service is restarted: as a container, or as a process under supervisord."""

import asyncio
import contextlib
import os
import signal
import xmlrpc.client
from pathlib import Path
from typing import Any, Protocol

import aiohttp

STOP_S = 5
"""How long a hanging container may take to end by itself."""

RESTART_S = 60
COMPOSE_SERVICE = "com.docker.compose.service"


class RestartError(Exception):
    """The restart could not be done; the message says why."""


class Restarter(Protocol):
    async def restart(self, service: str) -> None:
        """End the service at once and start it again, or `RestartError`."""
        ...


class DockerRestarter:
    """Through the filtering proxy, which knows only this project's containers."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def restart(self, service: str) -> None:
        """All replicas that Docker itself sees as not healthy, or else each, one after the other."""
        timeout = aiohttp.ClientTimeout(total=RESTART_S)
        try:
            async with aiohttp.ClientSession(self._url, timeout=timeout, raise_for_status=True) as session:
                for name in await self._names(session, service):
                    await session.post(f"/containers/{name}/restart", params={"t": STOP_S})
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RestartError(f"{type(error).__name__}: {error}") from error

    async def _names(self, session: aiohttp.ClientSession, service: str) -> list[str]:
        async with session.get("/containers/json") as response:
            containers = [one for one in await response.json() if one["Labels"].get(COMPOSE_SERVICE) == service]
        if not containers:
            raise RestartError(f"no container of {service}")
        sick = [one for one in containers if one["State"] != "running" or "(unhealthy)" in one["Status"]]
        return [one["Names"][0].removeprefix("/") for one in sick or containers]


class SupervisordRestarter:
    """A process is killed with its group, since one that hangs hears nothing; supervisord starts it again."""

    GROUPS = {"redis": "redis", "triton": "triton", "api": "api", "edge": "nginx"}  # noqa: RUF012 - never changed

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    async def restart(self, service: str) -> None:
        try:
            await asyncio.to_thread(self._restart, self.GROUPS[service])
        except (OSError, xmlrpc.client.Error) as error:
            raise RestartError(f"{type(error).__name__}: {error}") from error

    def _restart(self, group: str) -> None:
        with self._supervisor() as supervisor:
            for process in supervisor.getAllProcessInfo():
                if process["group"] == group:
                    self._restart_one(supervisor, process)

    def _restart_one(self, supervisor: Any, process: dict[str, Any]) -> None:
        if process["statename"] in {"RUNNING", "STARTING"}:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process["pid"], signal.SIGKILL)
        elif process["statename"] != "BACKOFF":
            supervisor.startProcess(f"{process['group']}:{process['name']}", False)  # noqa: FBT003 - XML-RPC

    @contextlib.contextmanager
    def _supervisor(self) -> Any:
        from supervisor.xmlrpc import SupervisorTransport  # noqa: PLC0415 - not installed beside Docker

        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        try:
            yield xmlrpc.client.ServerProxy("http://localhost", transport).supervisor
        finally:
            transport.close()
