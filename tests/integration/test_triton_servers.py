"""Two Triton servers that ask for certificates, and the api's engine between them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from api.app import _engine
from api.errors import ApiError
from api.settings import Settings
from api.synthesis.engine import Engine, Utterance
from api.synthesis.pool import AWAY_S
from api.synthesis.triton import TritonEngine
from compose import credentials
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
async def engine(servers: list[TritonServer], tls: Path) -> AsyncIterator[Engine]:
    """What the api makes of its settings."""
    settings = Settings(
        env="dev",
        jwt_keys="k" * 32,
        user_hash_key="h" * 32,
        triton_url=",".join(f"localhost:{server.port}" for server in servers),
        triton_tls_dir=str(tls),
    )
    engine = _engine(settings)
    yield engine
    await engine.close()


async def test_calls_go_round(engine: Engine, servers: list[TritonServer]) -> None:
    """Both servers speak, each half of the segments, over channels on which both sides proved who they are."""
    before = [await server.inferences() for server in servers]
    for _ in range(8):
        await _speak(engine)
    assert [4, 4] == [await server.inferences() - count for server, count in zip(servers, before, strict=True)]


async def test_a_server_that_dies_costs_no_call(engine: Engine, servers: list[TritonServer]) -> None:
    """Killed under load with its model processes: every call is answered, and once back it has its turn again."""
    stop, seen = asyncio.Event(), Counter[str]()
    callers = [asyncio.create_task(_call(engine, stop, seen)) for _ in range(CALLERS)]
    await until(lambda: seen["spoken"] > CALLERS)
    await asyncio.to_thread(servers[0].kill)
    killed_at = seen["spoken"]
    await until(lambda: seen["spoken"] > killed_at + 2 * CALLERS, 20)
    await servers[0].start()
    await asyncio.sleep(AWAY_S)
    back = await servers[0].inferences()
    await until(lambda: _more_than(servers[0], back), 20)
    stop.set()
    await asyncio.gather(*callers)
    assert {"spoken"} == set(seen), seen


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
    engine = TritonEngine(f"localhost:{servers[1].port}", "baker", 5, tmp_path)
    with pytest.raises(ApiError, match="engine_unavailable"):
        await _speak(engine)
    await engine.close()


async def _speak(engine: Engine) -> None:
    """A short word, which no cache knows."""
    await engine.speak(Utterance("你好", (0.0,) * 8, 1.0, seed=next(SEEDS)))


async def _call(engine: Engine, stop: asyncio.Event, seen: Counter[str]) -> None:
    while not stop.is_set():
        try:
            await _speak(engine)
            seen["spoken"] += 1
        except ApiError as error:
            seen[error.problem.code] += 1


async def _more_than(server: TritonServer, inferences: int) -> bool:
    return await server.inferences() > inferences
