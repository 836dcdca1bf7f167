"""Free TCP ports on loopback."""

import secrets
import socket

# From below those that outgoing connections take. No port twice: what was given out may listen only later, or again.
_PORTS = iter(range(20000 + secrets.randbelow(6000), 32000))


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
        return probe.connect_ex(("127.0.0.1", port)) != 0
