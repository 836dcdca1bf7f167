import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from healthcheck import probes
from healthcheck.probes import Probe, ProbeError
from healthcheck.sight import Failure, Sight, Weight, Well


class Api:
    """`live` and `ready` are its answers; None is none."""

    def __init__(self) -> None:
        self.live: int | None = 200
        self.ready: int | None = 200

    async def answer(self, request: web.Request) -> web.Response:
        status = self.live if request.path == "/healthz" else self.ready
        if status is None:
            await asyncio.sleep(60)
        return web.Response(status=status or 0, text="what it said")


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
async def address(api: Api) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{path}", api.answer)
    server = TestServer(app)
    async with server:
        yield f"127.0.0.1:{server.port}"


async def test_an_api_that_lives_and_is_ready_is_well(address: str) -> None:
    """Both answer."""
    assert Well() == await probes.api(address)


@pytest.mark.parametrize("ready", [503, None])
async def test_an_api_that_is_not_ready_counts_for_little(
    api: Api, address: str, monkeypatch: pytest.MonkeyPatch, ready: int | None
) -> None:
    """It refuses or waits for its engine, but it lives."""
    monkeypatch.setattr(probes, "READY_S", 0.05)
    api.ready = ready
    sight = await probes.api(address)
    assert isinstance(sight, Failure)
    assert Weight.SLOW is sight.weight


async def test_an_api_that_does_not_live_has_failed(api: Api, address: str, unused_tcp_port: int) -> None:
    """Whatever /readyz says."""
    api.live = 500
    with pytest.raises(ProbeError, match="500 what it said"):
        await probes.api(address)
    with pytest.raises(ProbeError, match="ClientConnectorError"):
        await probes.api(f"127.0.0.1:{unused_tcp_port}")


async def _redis(written: bytes) -> tuple[str, asyncio.Server]:
    """Something that speaks as Redis does, as far as it goes, and answers so to a write."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            for command in data.split(b"*")[1:]:
                writer.write(
                    written if b"\r\nSET\r\n" in command else b"+PONG\r\n" if b"PING" in command else b"+OK\r\n"
                )
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0", server


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"+OK\r\n", Well()),
        (b"-MISCONF disk\r\n", Failure("ResponseError: MISCONF disk", Weight.NOTICE)),
    ],
)
async def test_a_redis_that_refuses_writes_lives(written: bytes, expected: Sight) -> None:
    """A full disk is still full after a restart: somebody is told."""
    url, server = await _redis(written)
    async with server:
        assert expected == await probes.redis(url)


async def test_a_redis_that_is_away_has_failed(unused_tcp_port: int) -> None:
    """Nobody answers."""
    with pytest.raises(ProbeError, match="ConnectionError"):
        await probes.redis(f"redis://127.0.0.1:{unused_tcp_port}/0")


async def test_a_name_stands_for_all_its_addresses() -> None:
    """One that nobody knows stands for none: who is missing is for the roster to say."""
    assert ["127.0.0.1:1", "127.0.0.2:2"] == await Probe(
        ["127.0.0.1:1", "127.0.0.2:2", "nobody.invalid:3"], probes.api
    ).addresses()
