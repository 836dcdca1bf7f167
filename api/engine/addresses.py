"""Where the Tritons are: addresses that were given, and those of names, looked up again and again.

gRPC could do that itself, but then nobody knows which server a request went to, and a cancellation goes to another.
"""

import asyncio
import socket
from collections.abc import Iterable

import structlog

log = structlog.get_logger()

NAME = "dns:///"
EVERY_S = 5.0


class Addresses:
    """`targets` are `host:port`, or `dns:///name:port` for every address of the name."""

    def __init__(self, targets: Iterable[str]) -> None:
        self._names = [target.removeprefix(NAME) for target in targets if target.startswith(NAME)]
        self._given = {target: target for target in targets if not target.startswith(NAME)}
        self._found: dict[str, dict[str, str]] = {}

    @property
    def fixed(self) -> bool:
        return not self._names

    async def look_up(self) -> dict[str, str]:
        """Every address, with the name by which its certificate knows it; what a failed look-up found before stays."""
        for name in self._names:
            host, port = name.rsplit(":", 1)
            try:
                entries = await asyncio.get_running_loop().getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
            except OSError as error:
                log.warning("name_not_found", name=name, error=str(error))
                continue
            self._found[name] = {_address(entry[4][0], port): name for entry in entries}
        return self._given | {address: name for found in self._found.values() for address, name in found.items()}


def _address(host: str | int, port: str) -> str:
    return f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"
