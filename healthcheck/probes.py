"""What is true now, seen as a user would see it. Every check returns, or raises `ProbeError` with what it saw."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import aiohttp
import numpy as np
from redis.asyncio import Redis
from redis.exceptions import RedisError
from tritonclient.grpc import InferInput
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

REDIS_KEY = "haoshuo:healthcheck"
BUSY = ("Exceeds maximum queue size", "Request timeout expired")
DEAD = "is not healthy"  # a stub process; Triton never starts it again (triton-inference-server/server#8604)
MODELS = ("tts", "acoustic", "vocoder")
CANCEL = "cancel"


class ProbeError(Exception):
    """The service does not do its work; the message is what was seen."""


class DeadProcessError(ProbeError):
    """A process of the service has died that nothing starts again, though others may still answer."""


class BusyError(Exception):
    """The service does so much work that it cannot be told whether it is well."""


@dataclass(frozen=True)
class Probe:
    """How a service is probed: `check` takes the address (host:port) of one copy, and returns or raises.

    `names` are addresses, too, of which each may stand for several copies.
    """

    names: Sequence[str]
    check: Callable[[str], Awaitable[None]]

    async def copies(self) -> list[str]:
        """The address of every copy, or `ProbeError`."""
        found: set[str] = set()
        for name in self.names:
            host, port = name.rsplit(":", 1)
            try:
                entries = await asyncio.get_running_loop().getaddrinfo(host, int(port), family=socket.AF_INET)
            except OSError as error:
                raise ProbeError(f"{name}: {error}") from error
            found |= {f"{entry[4][0]}:{port}" for entry in entries}
        return sorted(found)


async def edge(url: str) -> None:
    """One real HTTPS request. Whose certificate it shows is a matter for clients, not for a restart."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    await _get(f"{url}/healthz", context)


async def api(address: str) -> None:
    """The replica is ready."""
    await _get(f"http://{address}/readyz")


async def redis(url: str) -> None:
    """PING, and a write."""
    try:
        async with Redis.from_url(url) as client:
            await client.ping()
            await client.set(REDIS_KEY, "1", ex=60)
    except (RedisError, OSError) as error:
        raise ProbeError(f"{type(error).__name__}: {error}") from error


async def triton(voice: str, address: str) -> None:
    """Every model is ready, and speaks with all of its instances: Triton's own health endpoints hide a dead one.

    Calls in a row may all go to the same instance, so twice as many as there are instances are made at once. Each text
    is new: an answer from the cache would hide a dead instance, too.
    """
    try:
        async with InferenceServerClient(address) as client:
            for model in (*MODELS, CANCEL):
                if not await client.is_model_ready(model):
                    raise ProbeError(f"model {model} is not ready")
            calls = [client.infer("tts", _speech(voice)) for _ in range(2 * await _instances(client))]
            calls.append(client.infer(CANCEL, [_text("ID", uuid4().hex, [1])]))
            results = await asyncio.gather(*calls, return_exceptions=True)
            for error in filter(lambda result: isinstance(result, BaseException), results):
                raise error
    except InferenceServerException as error:
        raise _explain(str(error.message())) from error


def _explain(message: str) -> Exception:
    if any(busy in message for busy in BUSY):
        return BusyError(message)
    return DeadProcessError(message) if DEAD in message else ProbeError(message)


async def _instances(client: InferenceServerClient) -> int:
    counts: list[int] = []
    for model in MODELS:
        configuration = (await client.get_model_config(model)).config
        counts.append(sum(group.count for group in configuration.instance_group))
    return max(counts)


def _speech(voice: str) -> list[InferInput]:
    return [_text("TEXT", str(uuid4().int % 10**5), [1, 1]), _text("VOICE", voice, [1, 1])]


def _text(name: str, value: str, shape: list[int]) -> InferInput:
    tensor = InferInput(name, shape, "BYTES")
    return tensor.set_data_from_numpy(np.full(shape, value.encode(), dtype=object))


async def _get(url: str, context: ssl.SSLContext | bool = True) -> None:  # noqa: FBT001, FBT002 - aiohttp's own type
    try:
        async with aiohttp.ClientSession() as session, session.get(url, ssl=context) as response:
            if response.status != 200:  # noqa: PLR2004 - OK
                raise ProbeError(f"{url}: {response.status} {(await response.text())[:200]}")
    except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
        raise ProbeError(f"{url}: {type(error).__name__}: {error}") from error
