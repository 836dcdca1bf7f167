"""Restarts the local stack's processes through supervisord's XML-RPC."""

import asyncio
import contextlib
import http.client
import os
import signal
import socket
import time
import xmlrpc.client
from collections.abc import Callable
from pathlib import Path
from typing import Any

from healthcheck import processes
from healthcheck.restarter import Copy, RestartError, describe_broken

SERVICES = {"redis": "redis", "triton": "triton", "api": "api", "nginx": "edge"}
"""The services by their groups."""

HOST = "127.0.0.1"
ANSWER_S = 5.0
STOP_S = 90
"""Longer than any stopwaitsecs of the configuration."""

YOUNG_S = 60
"""What has not lived longer when it is given up dies at every start."""


class SupervisordRestarter:
    """Implements Restarter. A process is killed with its group, and supervisord starts it again.

    One that is younger than `start_s` is starting.
    """

    def __init__(self, socket_path: Path, start_s: float) -> None:
        self._socket = socket_path
        self._start_s = start_s

    async def copies(self) -> list[Copy]:
        known = await self._call(lambda supervisor: supervisor.getAllProcessInfo())
        return [_copy(process, self._start_s) for process in known if process["group"] in SERVICES]

    async def restart(self, name: str) -> None:
        await self._act(name, _kill)

    async def drain(self, name: str) -> None:
        """SIGTERM, and the time that supervisord's configuration gives the process."""
        await self._act(name, _stop_and_start)

    async def give_up(self, name: str) -> None:
        await self._act(name, _stop_if_young)

    async def broken(self, name: str) -> str:
        return str(await self._act(name, lambda _, process, __: describe_broken(processes.states(process["pid"]))))

    async def memory_mb(self, name: str) -> float:
        return float(await self._act(name, lambda _, process, __: processes.resident_mb(process["pid"])))

    async def _act(self, name: str, act: Callable[[Any, dict[str, Any], str], Any]) -> Any:
        def run(supervisor: Any) -> Any:
            for process in supervisor.getAllProcessInfo():
                if process["name"] == name:
                    return act(supervisor, process, f"{process['group']}:{name}")
            raise RestartError(f"no process {name}")

        return await self._call(run)

    async def _call(self, run: Callable[[Any], Any]) -> Any:
        def call() -> Any:
            with xmlrpc.client.ServerProxy("http://localhost", _Transport(self._socket)) as server:
                return run(server.supervisor)

        try:
            return await asyncio.to_thread(call)
        except (OSError, http.client.HTTPException, xmlrpc.client.Error) as error:
            raise RestartError(f"{type(error).__name__}: {error}") from error


class _Transport(xmlrpc.client.Transport):
    """Over a Unix socket, and never waiting for ever, as supervisor's own would."""

    def __init__(self, socket_path: Path) -> None:
        super().__init__()
        self._socket = socket_path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        _, kept = self._connection  # for the next request; `close` closes it
        if kept is None:
            kept = _Connection(self._socket)
            self._connection = host, kept
        return kept


class _Connection(http.client.HTTPConnection):
    def __init__(self, socket_path: Path) -> None:
        super().__init__("localhost")
        self._path = str(socket_path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(ANSWER_S)
        self.sock.connect(self._path)


def _copy(process: dict[str, Any], start_s: float) -> Copy:
    state, age_s = process["statename"], process["now"] - process["start"]
    number = process["name"].removeprefix(f"{process['group']}-")  # of a program with several: its port
    return Copy(
        SERVICES[process["group"]],
        process["name"],
        frozenset({f"{HOST}:{number}" if number.isdigit() else HOST}),
        starting=state in {"STARTING", "BACKOFF"} or (state == "RUNNING" and age_s < start_s),
        ending=state == "STOPPING",
        stopped=state in {"STOPPED", "EXITED", "FATAL", "UNKNOWN"},
        age_s=age_s if state in {"STARTING", "RUNNING"} else None,
    )


def _kill(supervisor: Any, process: dict[str, Any], name: str) -> None:
    if process["statename"] in {"RUNNING", "STARTING"}:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process["pid"], signal.SIGKILL)
    elif process["statename"] != "BACKOFF":
        supervisor.startProcess(name, False)  # noqa: FBT003 - XML-RPC


def _stop_and_start(supervisor: Any, process: dict[str, Any], name: str) -> None:
    if process["statename"] == "RUNNING":
        supervisor.stopProcess(name, False)  # noqa: FBT003 - XML-RPC; waiting, it would miss that another starts it
    deadline = time.monotonic() + STOP_S
    while (state := supervisor.getProcessInfo(name)["statename"]) == "STOPPING":
        if time.monotonic() > deadline:
            raise RestartError(f"{name} does not stop")
        time.sleep(0.1)
    if state not in {"STARTING", "RUNNING"}:
        supervisor.startProcess(name, False)  # noqa: FBT003 - XML-RPC


def _stop_if_young(supervisor: Any, process: dict[str, Any], name: str) -> None:
    deadline = time.monotonic() + ANSWER_S
    while process["statename"] == "EXITED" and time.monotonic() < deadline:  # about to be started
        time.sleep(0.1)
        process = supervisor.getProcessInfo(name)
    if process["statename"] in {"RUNNING", "STARTING", "BACKOFF"} and process["now"] - process["start"] < YOUNG_S:
        supervisor.stopProcess(name, False)  # noqa: FBT003 - XML-RPC
