"""Where the Tritons are: `host:port` or `dns:///name:port`.

A channel of gRPC's own to a name never learns of new servers until a connection breaks, so names are resolved here.
"""

import asyncio
import socket
from collections.abc import Iterable, Sequence

import structlog

log = structlog.get_logger()

SCHEME = "dns:///"
FAMILIES = (socket.AF_INET, socket.AF_INET6)


class Addresses:
    def __init__(self, targets: Iterable[str]) -> None:
        self._targets = [target.removeprefix(SCHEME) for target in targets]
        self._known: dict[str, dict[str, str]] = {}

    async def resolve(self) -> dict[str, str]:
        """All of now, each with the name that led to it. What a failing lookup cannot tell is as it was."""
        for target in self._targets:
            try:
                self._known[target] = await _resolve(target)
            except OSError as error:
                log.warning("engine_lookup_failed", target=target, error=str(error))
        return {address: name for found in self._known.values() for address, name in found.items()}


async def _resolve(target: str) -> dict[str, str]:
    host, _, port = target.rpartition(":")
    name = host.strip("[]")
    found = await asyncio.get_running_loop().getaddrinfo(name, int(port), type=socket.SOCK_STREAM)
    return dict.fromkeys(_addresses(found), name)


def _addresses(found: Sequence[tuple[int, int, int, str, tuple[object, ...]]]) -> Iterable[str]:
    """Of a server that has addresses of both families only one, so that it is not taken for two."""
    hosts = {family: [address[:2] for kind, *_, address in found if kind == family] for family in FAMILIES}
    if four := hosts[socket.AF_INET]:
        return [f"{host}:{port}" for host, port in four]
    return [f"[{host}]:{port}" for host, port in hosts[socket.AF_INET6]]
