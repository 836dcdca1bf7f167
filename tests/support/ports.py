"""Free TCP ports on loopback."""

import os
import secrets
import socket

FIRST, LAST = 20000, 32000
"""Below those that outgoing connections take."""


def ports_of_worker(worker: int, workers: int) -> range:
    """The share of one of pytest-xdist's workers, from somewhere in its first half: two runs may be under way."""
    share = (LAST - FIRST) // workers
    first = FIRST + worker * share
    return range(first + secrets.randbelow(share // 2), first + share)


def free_ports(count: int) -> int:
    """The first of `count` consecutive ports that are free now and were never given out before."""
    found: list[int] = []
    for port in _PORTS:
        found = [*found, port] if _is_free(port) else []
        if len(found) == count:
            return found[0]
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


# No port twice: what was given out may listen only later, or again.
_PORTS = iter(
    ports_of_worker(
        int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")),
        int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")),
    )
)
