"""What is true now of the edge, an api and Redis, seen as a user would see it. Triton: `healthcheck.triton`."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError, RedisError, ResponseError

from healthcheck.sight import Failure, Sight, Unknown, Weight, Well

REDIS_KEY = "haoshuo:healthcheck"
READY_S = 2.0
"""Less than the time a look may take: an api that waits for its engine is not one that hangs."""


class ProbeError(Exception):
    """The service does not do its work; the message is what was seen."""


@dataclass(frozen=True)
class Probe:
    """How a service is probed: `check` takes the address (host:port) of one copy, and returns or raises `ProbeError`.

    `names` are addresses, too, of which each may stand for several copies.
    """

    names: Sequence[str]
    check: Callable[[str], Awaitable[Sight]]

    async def addresses(self) -> list[str]:
        """Where copies can be found; a name that nobody knows stands for none."""
        found: set[str] = set()
        for name in self.names:
            host, port = name.rsplit(":", 1)
            try:
                entries = await asyncio.get_running_loop().getaddrinfo(host, int(port), family=socket.AF_INET)
            except OSError:
                continue
            found |= {f"{entry[4][0]}:{port}" for entry in entries}
        return sorted(found)


class Edge:
    """One real HTTPS request. Whose certificate it shows is a matter for clients, not for a restart."""

    def __init__(self) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.check_hostname, self._context.verify_mode = False, ssl.CERT_NONE

    async def __call__(self, address: str) -> Sight:
        await _get(f"https://{address}/healthz", self._context)
        return Well()


async def api(address: str) -> Sight:
    """It lives: that decides. That it is not ready may be the fault of what it depends on, so it counts for little."""
    _, readiness = await asyncio.gather(_get(f"http://{address}/healthz"), _readiness(address))
    return readiness


async def _readiness(address: str) -> Sight:
    try:
        async with asyncio.timeout(READY_S):
            await _get(f"http://{address}/readyz")
    except ProbeError as error:
        return Failure(str(error), Weight.SLOW)
    except TimeoutError:
        return Failure(f"no answer from /readyz within {READY_S:g} s", Weight.SLOW)
    return Well()


async def redis(url: str) -> Sight:
    """PING, and a write. One that refuses writes, its disk or its memory being full, would do so after a restart."""
    try:
        async with Redis.from_url(url) as client:
            await client.ping()
            await client.set(REDIS_KEY, "1", ex=60)
    except BusyLoadingError:
        return Unknown()
    except ResponseError as error:
        return Failure(f"{type(error).__name__}: {error}", Weight.NOTICE)
    except (RedisError, OSError) as error:
        raise ProbeError(f"{type(error).__name__}: {error}") from error
    return Well()


async def _get(url: str, context: ssl.SSLContext | bool = True) -> None:  # noqa: FBT001, FBT002 - aiohttp's own type
    try:
        async with aiohttp.ClientSession() as session, session.get(url, ssl=context) as response:
            if response.status != 200:  # noqa: PLR2004 - OK
                raise ProbeError(f"{url}: {response.status} {(await response.text())[:200]}")
    except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
        raise ProbeError(f"{url}: {type(error).__name__}: {error}") from error
