"""What the sidecar's log says."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime


def events(log: str, service: str) -> list[str]:
    """The kinds of the events of a service, in order."""
    return [line["event"] for line in _lines(log) if line.get("service") == service]


def seconds_to_restart(log: str, since: float) -> float | None:
    """From a Unix time to the first restart after it, if there was one: what dies is not the sidecar's to restart."""
    restarts = [datetime.fromisoformat(line["timestamp"]) for line in _lines(log) if line["event"] == "restart"]
    after = [at - datetime.fromtimestamp(since, UTC) for at in restarts if at.timestamp() > since]
    return round(after[0].total_seconds(), 1) if after else None


def _lines(log: str) -> Iterable[dict[str, str]]:
    return (json.loads(line) for line in log.splitlines() if line.startswith("{"))
