"""The stack that is measured: the project's own, with its defaults, in a folder and on ports of its own."""

import contextlib
import json
import os
import shutil
import socket
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from benchmarks.load.processes import snapshot, tree
from benchmarks.load.users import Users
from compose.credentials import client_context
from compose.local.settings import LocalSettings
from compose.local.stack import Stack

FIRST_PORT = 21000


@dataclass(frozen=True)
class Service:
    stack: Stack

    @property
    def url(self) -> str:
        """Not by name: a caller has an address of its own, of IPv4."""
        return f"https://127.0.0.1:{self.stack.settings.edge_port}"

    def users(self, receive_buffer: int | None = None) -> Users:
        return Users(self.url, client_context(self.stack.ca), receive_buffer)

    def cpu_s(self) -> dict[str, float]:
        """CPU seconds so far of each service and of ourselves; one that was restarted begins at 0."""
        processes, spent = snapshot(), dict[str, float]()
        for one in self.stack.processes():
            used = sum(processes[pid].cpu_s for pid in tree(processes, one["pid"])) if one["pid"] else 0.0
            spent[one["group"]] = spent.get(one["group"], 0.0) + used
        return spent | {"generator": sum(os.times()[:2])}

    def resident_mb(self, group: str) -> dict[str, float]:
        """Of each process of a service, with what it started."""
        processes = snapshot()
        return {
            one["name"]: sum(processes[pid].resident_mb for pid in tree(processes, one["pid"]))
            for one in self.stack.processes()
            if one["group"] == group and one["pid"]
        }

    def processes(self) -> dict[str, tuple[int, int]]:
        """Pid and time of start of each: another one has been restarted."""
        return {one["name"]: (one["pid"], one["start"]) for one in self.stack.processes()}

    def events(self) -> list[dict[str, Any]]:
        """What the sidecar did lately."""
        url = f"http://127.0.0.1:{self.stack.settings.healthcheck_port}/status"
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return list(json.load(response)["events"])
        except OSError:
            return [{"kind": "silent", "service": "healthcheck", "reason": "the sidecar does not answer"}]

    def edge_seconds(self) -> dict[str, float]:
        """Request time by request id, from the edge's log."""
        return self._edge_times("seconds")

    def upstream_seconds(self) -> dict[str, float]:
        """The part of that for which the edge waited for the api, of requests that it asked once."""
        return self._edge_times("upstream_seconds")

    def _edge_times(self, name: str) -> dict[str, float]:
        found = {}
        for path in self.stack.log_dir.glob("nginx.log*"):
            for line in path.read_text(errors="replace").splitlines():
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    entry = json.loads(line)
                    found[str(entry["request_id"])] = float(entry[name])
        return found


@contextlib.contextmanager
def running(**changed: Any) -> Iterator[Service]:
    """A stack of its own, ready to speak; stopped at the end. What is named differs from the defaults.

    Its folder is kept if anything fails: an error names the logs in it.
    """
    folder = Path(mkdtemp(prefix="load"))
    stack = Stack(settings(folder, **changed))
    stack.start()
    try:
        stack.wait_ready(lambda _line: None)
        yield Service(stack)
    finally:
        stack.stop()
    shutil.rmtree(folder)


def settings(folder: Path, *, engine: str = "baker", **changed: Any) -> LocalSettings:
    """The defaults, on free ports, where `dev:<name>` logs in. The api's and the sidecar's are theirs.

    But the light voice, which leaves the most to do to everything else.
    """
    fields = [name for name in LocalSettings.model_fields if name.endswith("_port")]
    ordered = [*(name for name in fields if name != "api_port"), "api_port"]  # the api's processes take those after it
    processes = changed.get("api_processes", LocalSettings.model_fields["api_processes"].default)
    first = free_ports(len(ordered) + processes - 1)
    ports: dict[str, Any] = {name: first + i for i, name in enumerate(ordered)}
    return LocalSettings(_env_file=None, env="dev", engine=engine, state_dir=folder, **ports, **changed)


def free_ports(wanted: int) -> int:
    """The first of so many consecutive free ports, below those that outgoing connections take."""
    found: list[int] = []
    for port in count(FIRST_PORT):
        found = [*found, port] if _is_free(port) else []
        if len(found) == wanted:
            return found[0]
    raise AssertionError  # the loop ends only by returning


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
