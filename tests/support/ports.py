"""Free TCP ports on loopback."""

import itertools
import random
import socket


def free_ports(count: int) -> int:
    """The first of `count` consecutive ports that are free now, below those that outgoing connections take."""
    for _ in itertools.repeat(None, 100):
        first = random.randint(20000, 32000 - count)  # noqa: S311 - not a secret
        if all(_is_free(first + i) for i in range(count)):
            return first
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
