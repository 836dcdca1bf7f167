"""Restarts containers through the filtering proxy, which knows only this project's."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from healthcheck.restarter import RestartError

STOP_S = 5
"""How long a hanging container may take to end by itself."""

DRAIN_S = 60
"""How long one that is well may take to finish what it has accepted."""

REQUEST_S = DRAIN_S + 30
START_S = 300
POLL_S = 1.0
COMPOSE_SERVICE = "com.docker.compose.service"
SECOND_TRITON = "triton2"  # docker-compose.gpu.yml: the same service on a second GPU


class DockerRestarter:
    """Implements Restarter. `url` is the proxy's."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def restart(self, service: str, address: str = "") -> None:
        """The container at `address`; else those that Docker itself sees as not healthy; else each, one by one."""
        host = address.partition(":")[0]
        async with self._session() as session:
            containers = await self._containers(session, service)
            sick = [one for one in containers if not _is_well(one)]
            for one in [one for one in containers if host in _hosts(one)] or sick or containers:
                await session.post(f"/containers/{_name(one)}/restart", params={"t": STOP_S})

    async def is_starting(self, service: str, address: str) -> bool:
        host = address.partition(":")[0]
        async with self._session() as session:
            containers = await self._containers(session, service)
            return any(_is_starting(one) for one in [one for one in containers if host in _hosts(one)] or containers)

    async def drain(self, service: str) -> None:
        async with self._session() as session:
            for one in await self._containers(session, service):
                await session.post(f"/containers/{_name(one)}/restart", params={"t": DRAIN_S})
                await self._until_well(session, service, _name(one))

    async def give_up(self, service: str) -> None:
        async with self._session() as session:
            for one in await self._containers(session, service):
                if one["State"] != "exited" and not _is_well(one):
                    await session.post(f"/containers/{_name(one)}/stop", params={"t": STOP_S})

    async def memory_mb(self, service: str) -> float:
        async with self._session() as session:
            sizes = [0.0]
            for one in await self._containers(session, service):
                async with session.get(f"/containers/{_name(one)}/stats") as response:
                    memory = (await response.json()).get("memory_stats", {})
                # Pages of files that can be dropped are not the service's.
                sizes.append((memory.get("usage", 0) - memory.get("stats", {}).get("inactive_file", 0)) / 2**20)
            return max(sizes)

    @contextlib.asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        timeout = aiohttp.ClientTimeout(total=REQUEST_S)
        try:
            async with aiohttp.ClientSession(self._url, timeout=timeout, raise_for_status=True) as session:
                yield session
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RestartError(f"{type(error).__name__}: {error}") from error

    async def _containers(self, session: aiohttp.ClientSession, service: str) -> list[dict[str, Any]]:
        async with session.get("/containers/json") as response:
            containers = [one for one in await response.json() if _service(one) == service]
        if not containers:
            raise RestartError(f"no container of {service}")
        return containers

    async def _until_well(self, session: aiohttp.ClientSession, service: str, name: str) -> None:
        async with asyncio.timeout(START_S):
            while not any(  # noqa: ASYNC110 - Docker tells nobody
                _name(one) == name and _is_well(one) for one in await self._containers(session, service)
            ):
                await asyncio.sleep(POLL_S)


def _service(container: dict[str, Any]) -> str:
    name = str(container["Labels"].get(COMPOSE_SERVICE))
    return "triton" if name == SECOND_TRITON else name


def _name(container: dict[str, Any]) -> str:
    return str(container["Names"][0]).removeprefix("/")


def _hosts(container: dict[str, Any]) -> set[str]:
    networks: dict[str, dict[str, str]] = container["NetworkSettings"]["Networks"]
    return {network["IPAddress"] for network in networks.values()} - {""}


def _is_starting(container: dict[str, Any]) -> bool:
    return container["State"] == "restarting" or "(health: starting)" in container["Status"]


def _is_well(container: dict[str, Any]) -> bool:
    return container["State"] == "running" and "(healthy)" in container["Status"]
