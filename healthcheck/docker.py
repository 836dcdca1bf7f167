"""Restarts containers through the filtering proxy, which knows only this project's."""

import contextlib
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from healthcheck.restarter import Copy, RestartError, describe_broken

DRAIN_S = 60
"""How long a container that is well may take to finish what it has accepted."""

REQUEST_S = 30
YOUNG_S = 60
"""What has not lived longer when it is given up dies at every start."""

LABEL = "com.docker.compose."
SERVICES = {"redis": "redis", "triton": "triton", "triton2": "triton", "api": "api", "edge": "edge"}
"""triton2 is the same service on a second GPU (docker-compose.gpu.yml)."""

UP = re.compile(r"Up (?P<count>\d+|About an?|Less than a) (?P<unit>second|minute|hour|day|week|month|year)")
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000}


class DockerRestarter:
    """Implements Restarter. `url` is the proxy's."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def copies(self) -> list[Copy]:
        async with self._session() as session, session.get("/containers/json") as response:
            return [_copy(container) for container in await response.json() if _is_ours(container)]

    async def restart(self, name: str) -> None:
        """By SIGKILL: with no time to end by itself Docker does not wait for the signal to be heard."""
        await self._post(f"/containers/{name}/restart", t=0)

    async def drain(self, name: str) -> None:
        await self._post(f"/containers/{name}/restart", t=DRAIN_S)

    async def give_up(self, name: str) -> None:
        for copy in await self.copies():
            if copy.name == name and not copy.stopped and (copy.age_s is None or copy.age_s < YOUNG_S):
                await self._post(f"/containers/{name}/stop", t=0)

    async def broken(self, name: str) -> str:
        """As the host's `ps` sees them; the proxy asks for these three columns."""
        async with self._session() as session, session.get(f"/containers/{name}/top") as response:
            processes = (await response.json()).get("Processes") or []
        return describe_broken((pid, state, command) for pid, state, command in processes)

    async def memory_mb(self, name: str) -> float:
        async with self._session() as session, session.get(f"/containers/{name}/stats") as response:
            memory = (await response.json()).get("memory_stats", {})
        # Pages of files that can be dropped are not the service's.
        return float(memory.get("usage", 0) - memory.get("stats", {}).get("inactive_file", 0)) / 2**20

    async def _post(self, path: str, t: int) -> None:
        async with self._session(t) as session, session.post(path, params={"t": t}):
            pass

    @contextlib.asynccontextmanager
    async def _session(self, extra_s: float = 0) -> AsyncIterator[aiohttp.ClientSession]:
        timeout = aiohttp.ClientTimeout(total=REQUEST_S + extra_s)
        try:
            async with aiohttp.ClientSession(self._url, timeout=timeout, raise_for_status=True) as session:
                yield session
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RestartError(f"{type(error).__name__}: {error}") from error


def _is_ours(container: dict[str, Any]) -> bool:
    """Neither made by `compose run` nor renamed, as compose does while it replaces one: the proxy refuses those."""
    labels = container["Labels"]
    service = labels.get(f"{LABEL}service")
    name = f"{labels.get(f'{LABEL}project')}-{service}-{labels.get(f'{LABEL}container-number')}"
    return service in SERVICES and labels.get(f"{LABEL}oneoff") != "True" and _name(container) == name


def _copy(container: dict[str, Any]) -> Copy:
    state, status = container["State"], container["Status"]
    networks: dict[str, dict[str, str]] = container["NetworkSettings"]["Networks"]
    return Copy(
        SERVICES[container["Labels"][f"{LABEL}service"]],
        _name(container),
        frozenset(network["IPAddress"] for network in networks.values()) - {""},
        starting="(health: starting)" in status,
        stopped=state not in {"running", "restarting"},
        age_s=_age_s(status) if state == "running" else None,
    )


def _name(container: dict[str, Any]) -> str:
    return str(container["Names"][0]).removeprefix("/")


def _age_s(status: str) -> float | None:
    """Docker says it for people: "Up 3 minutes (healthy)"."""
    up = UP.match(status)
    if not up:
        return None
    count = up["count"]
    number = int(count) if count.isdigit() else int(count != "Less than a")
    return float(number * SECONDS[up["unit"]])
