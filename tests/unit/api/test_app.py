"""What is the same for every request: ids, error format, methods, addresses."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypercorn.asyncio import serve
from quart import Quart
from quart.typing import TestClientProtocol as Client
from structlog.testing import capture_logs

from api.__main__ import server_config
from api.app import create_app
from api.settings import Settings
from api.wiring import Services
from tests.fakes.engine import FakeEngine
from tests.support.waiting import until


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("GET", "/favicon.ico", 404, "not_found"),
        ("POST", "/tts/", 404, "not_found"),
        ("POST", "/v1//tts", 404, "not_found"),
        ("GET", "/static/../api/app.py", 404, "not_found"),
        ("GET", "/tts", 405, "method_not_allowed"),
        ("HEAD", "/tts", 405, "method_not_allowed"),
        ("OPTIONS", "/tts", 405, "method_not_allowed"),
        ("PUT", "/login", 405, "method_not_allowed"),
        ("TRACE", "/login", 405, "method_not_allowed"),
    ],
)
async def test_unknown_ways(client: Client, method: str, path: str, status: int, code: str) -> None:
    """What is not offered is refused in the one error format; 405 says what is."""
    response = await client.open(path, method=method)  # type: ignore[call-arg]  # Quart's protocol forgets a default
    answer = await response.get_json()
    assert (status, code) == (response.status_code, answer["code"])
    assert {"error", "code", "request_id"} == set(answer)
    assert (status == 405) == ("Allow" in response.headers)


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "with space", "evil\u00e9-header", "a_underscore"])
async def test_odd_request_ids_are_replaced(client: Client, given: str) -> None:
    """An id that is not one of nginx's form is not repeated into logs and answers."""
    response = await client.get("/healthz", headers={"X-Request-Id": given})
    assert given != response.headers["X-Request-Id"]
    assert 32 == len(response.headers["X-Request-Id"])


@pytest.mark.parametrize(
    ("accepted", "message"),
    [
        (None, "没有这个地址"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "没有这个地址"),
        ("en", "There is nothing at this address"),
        ("en-GB,zh;q=0.5", "There is nothing at this address"),
        ("fr", "没有这个地址"),
        (";;q=x", "没有这个地址"),
    ],
)
async def test_languages(client: Client, accepted: str | None, message: str) -> None:
    """Chinese unless English is preferred."""
    response = await client.get("/nowhere", headers={"Accept-Language": accepted} if accepted else {})
    assert message == (await response.get_json())["error"]


async def test_unexpected_errors(app: Quart, client: Client) -> None:
    """A bug is a 500 that tells the client nothing and the log everything."""

    @app.get("/bug")
    async def bug() -> str:
        raise RuntimeError("inner secret")

    with capture_logs() as lines:
        response = await client.get("/bug")
    assert "inner secret" not in await response.get_data(as_text=True)
    assert (500, "internal_error") == (response.status_code, (await response.get_json())["code"])
    assert ["inner secret"] == [str(line["exc_info"]) for line in lines if line["event"] == "internal_error"]


@pytest.fixture
async def served(settings: Settings, services: Services) -> Quart:
    """An app of its own for the same services, to be served by hypercorn."""
    return create_app(settings, services)


@pytest.fixture
async def port(served: Quart, settings: Settings, unused_tcp_port: int) -> AsyncIterator[int]:
    """The app behind a real hypercorn."""
    stop = asyncio.Event()
    config = server_config(f"127.0.0.1:{unused_tcp_port}", settings)
    server = asyncio.create_task(serve(served, config, shutdown_trigger=stop.wait))
    await until(lambda: answers(unused_tcp_port))
    yield unused_tcp_port
    stop.set()
    await server


async def answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def tts_request(bearer: dict[str, str], body: bytes, length: int | None = None) -> bytes:
    head = f"POST /tts HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer['Authorization']}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {length or len(body)}\r\n\r\n".encode() + body


async def test_a_client_that_goes_away_cancels_its_work(
    port: int, bearer: dict[str, str], engine: FakeEngine, client: Client, audit_lines: Callable[[], Any]
) -> None:
    """Closing the connection in the middle stops the synthesis; the call counts, and is recorded as abandoned."""
    engine.delays = {"": 60}
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(tts_request(bearer, '{"text": "你好"}'.encode()))
    await until(lambda: engine.running == 1)
    writer.close()
    await until(lambda: engine.counts["cancelled"] == 1)
    engine.delays = {}
    response = await client.post("/tts", json={"text": "你好"}, headers=bearer)
    assert '"calls";r=1;' in response.headers["RateLimit"]
    metrics = await (await client.get("/metrics")).get_data(as_text=True)
    assert 'haoshuo_requests_total{code="client_gone",route="/tts",status="499"} 1.0' in metrics
    abandoned, _ = await audit_lines()
    assert (499, "client_gone") == (abandoned["status"], abandoned["code"])


async def counted(client: Client) -> bool:
    """Whether a call has ended."""
    return 'route="/tts"' in await (await client.get("/metrics")).get_data(as_text=True)


async def test_a_reader_who_stops(
    port: int, bearer: dict[str, str], engine: FakeEngine, client: Client, audit_lines: Callable[[], Any]
) -> None:
    """An answer leaves in pieces, as they are taken; the call is under way until the last was, or nobody takes it."""
    engine.samples_per_character = 1_000_000
    with socket.socket() as narrow:
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        narrow.connect(("127.0.0.1", port))
        narrow.setblocking(False)  # noqa: FBT003 - socket's own
        reader, writer = await asyncio.open_connection(sock=narrow.dup())
    writer.write(tts_request(bearer, '{"text": "你好你好你好"}'.encode()))
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"content-length: 12000" in head  # and a label
    await asyncio.sleep(0.1)
    assert not await counted(client)
    writer.close()
    await until(lambda: counted(client))
    (abandoned,) = await audit_lines()
    assert (499, "client_gone") == (abandoned["status"], abandoned["code"])
    assert 0 < abandoned["bytes"] < 12_000_044


async def test_stopping_finishes_calls_under_way(
    served: Quart, settings: Settings, bearer: dict[str, str], engine: FakeEngine, unused_tcp_port: int
) -> None:
    """A server told to stop answers the calls it has."""
    engine.delays = {"": 0.3}
    stop = asyncio.Event()
    config = server_config(f"127.0.0.1:{unused_tcp_port}", settings)
    server = asyncio.create_task(serve(served, config, shutdown_trigger=stop.wait))
    await until(lambda: answers(unused_tcp_port))
    reader, writer = await asyncio.open_connection("127.0.0.1", unused_tcp_port)
    writer.write(tts_request(bearer, '{"text": "你好"}'.encode()))
    await until(lambda: engine.running == 1)
    stop.set()
    assert (await reader.read()).startswith(b"HTTP/1.1 200")
    writer.close()
    await server
    assert engine.closed


async def test_bodies_that_never_end(port: int, served: Quart, bearer: dict[str, str]) -> None:
    """A body that is shorter than announced is waited for, but not for ever."""
    served.config["BODY_TIMEOUT"] = 0.1
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(tts_request(bearer, b"{}", length=100))
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"request_timeout"' in answer
    writer.close()


async def test_huge_bodies_are_refused_unread(port: int, bearer: dict[str, str]) -> None:
    """A body announced as too large is refused before it is sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(tts_request(bearer, b"{", length=10_000_000))
    assert b'"payload_too_large"' in await reader.read()
    writer.close()


async def test_websocket_upgrades(port: int) -> None:
    """An upgrade to a WebSocket nobody offers is a 404 like any other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert (await reader.readline()).startswith(b"HTTP/1.1 404")
    writer.close()
