"""A location of each kind, as a view will add it to nginx/routes.conf.template: one line."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from compose import credentials
from tests.support.edge import Edge, running_edge
from tests.support.sessions import tls_session
from tests.support.waiting import until

KINDS = ("json", "stream", "upload", "media", "websocket")
ROUTES = "".join(f"location = /v1/{kind} {{ include kind-{kind}.conf; }}\n" for kind in KINDS)
SEND_TIMEOUT = {"nginx.conf": {"send_timeout 20s": "send_timeout 1s"}}
AUDIO = bytes(range(256)) * 16
PIECE = b"piece" * 10


class Upstream:
    """An api that answers each kind in its own way; `waiting` clients wait for something that never comes."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.waiting = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        match request.query_string:
            case "pieces":
                return await self._pieces(request)
            case "endless":
                return await self._endless(request)
            case "forever":
                return await self._forever()
        if request.headers.get("Upgrade") == "websocket":
            return await self._websocket(request)
        if request.method == "POST":
            return web.Response(text=str(len(await request.read())))
        return self._part(request)

    async def _pieces(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(PIECE)
        await self.go_on.wait()
        await response.write(PIECE)
        return response

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        self.waiting += 1
        try:
            while True:
                await response.write(bytes(65536))
        finally:
            self.waiting -= 1

    async def _forever(self) -> web.StreamResponse:
        self.waiting += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.waiting -= 1
        raise AssertionError

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    def _part(self, request: web.Request) -> web.Response:
        part = request.http_range
        if part.start is None:
            return web.Response(body=AUDIO)
        return web.Response(status=206, body=AUDIO[part])


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
async def edge(tmp_path: Path, tls: Path, upstream: Upstream) -> AsyncIterator[Edge]:
    routes = {"routes.conf": {"location = /healthz": f"{ROUTES}location = /healthz"}}
    async with running_edge(tmp_path, tls, handler=upstream.answer, edits=routes | SEND_TIMEOUT) as started:
        yield started


@pytest.fixture
async def client(edge: Edge, tls: Path) -> AsyncIterator[aiohttp.ClientSession]:
    async with tls_session(edge.url, tls / "ca.pem") as session:
        yield session


async def test_a_stream_arrives_in_pieces(client: aiohttp.ClientSession, upstream: Upstream) -> None:
    """The first piece arrives while the second is not made yet."""
    async with client.get("/v1/stream?pieces") as response:
        assert PIECE == await response.content.readexactly(len(PIECE))
        upstream.go_on.set()
        assert PIECE == await response.read()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_large_body_passes_as_an_upload_only(client: aiohttp.ClientSession, kind: str) -> None:
    """A recording of 1 MB is taken where recordings belong, and is a 413 elsewhere."""
    async with client.post(f"/v1/{kind}", data=bytes(2**20)) as response:
        answer = await response.text()
    if kind == "upload":
        assert (200, str(2**20)) == (response.status, answer)
    else:
        assert (413, True) == (response.status, "payload_too_large" in answer)


async def test_an_upload_has_a_limit(edge: Edge, tls: Path) -> None:
    """An upload that says that it is over 16 MiB is refused before it is sent."""
    reader, writer = await _connect(edge, tls)
    writer.write(f"POST /v1/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: {2**24 + 1}\r\n\r\n".encode())
    assert (await asyncio.wait_for(reader.readline(), 10)).startswith(b"HTTP/1.1 413 ")
    writer.close()


@pytest.mark.parametrize(("kind", "status"), [("media", 206), ("json", 200)])
async def test_parts_of_media(client: aiohttp.ClientSession, kind: str, status: int) -> None:
    """A range is asked of the api where audio lies, and nowhere else."""
    async with client.get(f"/v1/{kind}", headers={"Range": "bytes=100-199"}) as response:
        body = await response.read()
    assert (status, AUDIO[100:200] if status == 206 else AUDIO) == (response.status, body)


async def test_a_websocket_echoes(client: aiohttp.ClientSession) -> None:
    """A connection is upgraded, and messages go both ways."""
    async with client.ws_connect("/v1/websocket") as socket:
        for text in ("你好", "hello"):
            await socket.send_str(text)
            assert text == await socket.receive_str(timeout=10)


async def test_no_upgrade_elsewhere(client: aiohttp.ClientSession) -> None:
    """An upgrade that a client asks for where none belongs does not reach the api."""
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await client.ws_connect("/v1/json")


async def test_who_leaves_frees_the_work(edge: Edge, tls: Path, upstream: Upstream) -> None:
    """A client that hangs up ends its call in the api."""
    _, writer = await _connect(edge, tls)
    writer.write(b"GET /v1/json?forever HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await until(lambda: upstream.waiting == 1, 10)
    writer.transport.abort()
    await until(lambda: upstream.waiting == 0, 10)


@pytest.mark.parametrize("kind", ["json", "stream", "media"])
async def test_who_takes_nothing_is_dropped(client: aiohttp.ClientSession, upstream: Upstream, kind: str) -> None:
    """A client that reads nothing of an answer is dropped, and the api's work with it."""
    async with client.get(f"/v1/{kind}?endless"):
        await until(lambda: upstream.waiting == 1, 10)
        await until(lambda: upstream.waiting == 0, 20)


async def _connect(edge: Edge, tls: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    context = credentials.client_context(tls / "ca.pem")
    return await asyncio.open_connection("localhost", edge.port, ssl=context)
