"""Two Triton servers that ask for certificates, and the api's pool in front of them."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from api.engine.addresses import Addresses
from api.engine.engine import Utterance
from api.engine.errors import EngineAwayError, EngineError
from api.engine.pool import EnginePool
from api.engine.triton import TritonEngine
from compose import credentials
from healthcheck.certificate import not_after
from tests.integration.conftest import make_settings
from tests.support.tritonserver import TritonServer
from tests.support.waiting import until

SEEDS = count()
CALLERS = 4


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("triton-tls")
    credentials.create_mutual_certificates(folder)
    return folder


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, tls: Path) -> Iterator[list[TritonServer]]:
    servers = [TritonServer(make_settings(tmp_path_factory), tls) for _ in range(2)]

    async def start() -> None:
        await asyncio.gather(*(server.start() for server in servers))

    try:
        asyncio.run(start())
        yield servers
    finally:
        for server in servers:
            server.kill()


@pytest.fixture
async def pool(servers: list[TritonServer], tls: Path) -> AsyncIterator[EnginePool]:
    addresses = Addresses(f"localhost:{server.port}" for server in servers)
    async with EnginePool(addresses, lambda address, name: TritonEngine(address, tls, name)) as pool:
        yield pool


async def test_calls_go_round(pool: EnginePool, servers: list[TritonServer]) -> None:
    """Both servers speak, each half of the segments, over channels on which both sides proved who they are."""
    before = [await server.inferences() for server in servers]
    for _ in range(8):
        await _speak(pool)
    assert [4, 4] == [await server.inferences() - count for server, count in zip(servers, before, strict=True)]


async def test_their_certificates_are_seen(servers: list[TritonServer]) -> None:
    """By the sidecar, though it has none to show itself."""
    days = (await not_after("localhost", servers[0].port) - time.time()) / 86400
    assert 390 < days < 398


async def test_a_server_that_dies_costs_no_call(pool: EnginePool, servers: list[TritonServer]) -> None:
    """Killed under load with its model processes: every call is answered, and once back it has its turn again."""
    stop, seen = asyncio.Event(), Counter[str]()
    callers = [asyncio.create_task(_call(pool, stop, seen)) for _ in range(CALLERS)]
    await until(lambda: seen["spoken"] > CALLERS)
    await asyncio.to_thread(servers[0].kill)
    killed_at = seen["spoken"]
    await until(lambda: seen["spoken"] > killed_at + 2 * CALLERS, 20)
    stop.set()
    await asyncio.gather(*callers)
    assert {"spoken"} == set(seen), seen

    await servers[0].start()
    trials = await servers[0].inferences() + CALLERS

    async def has_its_turn() -> bool:
        await _speak(pool)
        return await servers[0].inferences() > trials

    await until(has_its_turn, 20)


@pytest.mark.parametrize("certificates", ["none", "ca_only", "of_another_ca"])
async def test_without_our_certificate_no_service(
    servers: list[TritonServer], tls: Path, tmp_path: Path, certificates: str
) -> None:
    """Plain connections, clients without a certificate and those with a stranger's are refused by the handshake."""
    credentials.create_mutual_certificates(tmp_path)
    client = {
        "none": {},
        "ca_only": {"ssl": True, "root_certificates": str(tls / "ca.pem")},
        "of_another_ca": {
            "ssl": True,
            "root_certificates": str(tls / "ca.pem"),
            "private_key": str(tmp_path / "client.key"),
            "certificate_chain": str(tmp_path / "client.pem"),
        },
    }[certificates]
    async with InferenceServerClient(f"localhost:{servers[1].port}", **client) as connection:
        with pytest.raises(InferenceServerException) as caught:
            await connection.is_server_live(client_timeout=5)
    assert caught.value.status() == "StatusCode.UNAVAILABLE"


async def test_an_impostor_is_not_spoken_to(servers: list[TritonServer], tmp_path: Path) -> None:
    """The api refuses a server whose certificate its own CA did not sign."""
    credentials.create_mutual_certificates(tmp_path)
    engine = TritonEngine(f"localhost:{servers[1].port}", tmp_path)
    with pytest.raises(EngineAwayError):
        await engine.speak(Utterance("你好", "baker"), 5)
    await engine.close()


async def _speak(pool: EnginePool) -> None:
    """A short word, which no cache knows."""
    await pool.speak(Utterance("你好", "baker", seed=next(SEEDS)), work=2, timeout_s=20)


async def _call(pool: EnginePool, stop: asyncio.Event, seen: Counter[str]) -> None:
    while not stop.is_set():
        try:
            await _speak(pool)
            seen["spoken"] += 1
        except EngineError as error:
            seen[type(error).__name__] += 1
