"""Restarts the local stack's processes through supervisord's XML-RPC."""

import asyncio
import contextlib
import os
import signal
import time
import xmlrpc.client
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from healthcheck.restarter import RestartError

GROUPS = {"redis": "redis", "triton": "triton", "api": "api", "edge": "nginx"}

JUST_S = 20
"""A process is seen to fail for the first time within so long after it was started: a round and a probe's time."""

YOUNG_S = 60
"""What has not lived longer when its service is given up dies at every start."""


class SupervisordRestarter:
    """Implements Restarter. Who hangs hears nothing: it is killed with its group, and supervisord starts it again."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    async def restart(self, service: str, address: str = "") -> None:
        """Of several processes the one whose name ends with the port of `address`; else all."""
        with _told():
            await asyncio.to_thread(self._each, service, _kill, address.rpartition(":")[2])

    async def is_starting(self, service: str, address: str) -> bool:
        with _told():
            return await asyncio.to_thread(self._is_starting, service, address.rpartition(":")[2])

    async def drain(self, service: str) -> None:
        """SIGTERM, and the time that supervisord's configuration gives the process."""
        with _told():
            await asyncio.to_thread(self._each, service, _stop_and_start)

    async def give_up(self, service: str) -> None:
        with _told():
            await asyncio.to_thread(self._each, service, _stop_if_young)

    async def memory_mb(self, service: str) -> float:
        with _told():
            return await asyncio.to_thread(self._memory_mb, service)

    def _each(self, service: str, act: Callable[[Any, dict[str, Any], str], None], port: str = "") -> None:
        with self._supervisor() as supervisor:
            for process in self._processes(supervisor, service, port):
                act(supervisor, process, f"{process['group']}:{process['name']}")

    def _is_starting(self, service: str, port: str) -> bool:
        with self._supervisor() as supervisor:
            return any(time.time() - one["start"] < JUST_S for one in self._processes(supervisor, service, port))

    def _memory_mb(self, service: str) -> float:
        with self._supervisor() as supervisor:
            groups = [process["pid"] for process in self._processes(supervisor, service) if process["pid"]]
        return max((_resident_mb(group) for group in groups), default=0.0)

    def _processes(self, supervisor: Any, service: str, port: str = "") -> list[dict[str, Any]]:
        """Those of the service whose name ends with the port, or all."""
        processes = [one for one in supervisor.getAllProcessInfo() if one["group"] == GROUPS[service]]
        return [one for one in processes if port and one["name"].endswith(f"-{port}")] or processes

    @contextlib.contextmanager
    def _supervisor(self) -> Iterator[Any]:
        from supervisor.xmlrpc import SupervisorTransport  # noqa: PLC0415 - not installed beside Docker

        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        try:
            yield xmlrpc.client.ServerProxy("http://localhost", transport).supervisor
        finally:
            transport.close()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (OSError, xmlrpc.client.Error) as error:
        raise RestartError(f"{type(error).__name__}: {error}") from error


def _kill(supervisor: Any, process: dict[str, Any], name: str) -> None:
    if process["statename"] in {"RUNNING", "STARTING"}:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process["pid"], signal.SIGKILL)
    elif process["statename"] != "BACKOFF":
        supervisor.startProcess(name, False)  # noqa: FBT003 - XML-RPC


def _stop_and_start(supervisor: Any, process: dict[str, Any], name: str) -> None:
    if process["statename"] == "RUNNING":
        supervisor.stopProcess(name, False)  # noqa: FBT003 - XML-RPC; waiting, it would miss that another starts it
    while (state := supervisor.getProcessInfo(name)["statename"]) == "STOPPING":
        time.sleep(0.1)
    if state not in {"STARTING", "RUNNING"}:
        supervisor.startProcess(name, False)  # noqa: FBT003 - XML-RPC


def _stop_if_young(supervisor: Any, process: dict[str, Any], name: str) -> None:
    if process["statename"] in {"RUNNING", "STARTING", "BACKOFF"} and time.time() - process["start"] < YOUNG_S:
        supervisor.stopProcess(name)


def _resident_mb(group: int) -> float:
    """Of all processes of a process group."""
    pages = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                pages += int((folder / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
