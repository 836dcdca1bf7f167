import asyncio
import json
import socket
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from api.app import MAX_BODY_BYTES
from api.views.bodies import OPENAI_CHARACTERS
from compose import credentials
from tests.support.edge import Edge, running_edge
from tests.support.ports import free_ports
from tests.support.sessions import tls_session


@pytest.fixture
async def edge(tmp_path: Path, tls: Path) -> AsyncIterator[Edge]:
    async with running_edge(tmp_path, tls) as started:
        yield started


@pytest.fixture
async def client(edge: Edge, tls: Path) -> AsyncIterator[aiohttp.ClientSession]:
    async with _session(edge, tls) as session:
        yield session


async def test_strange_headers_do_not_reach_the_api(client: aiohttp.ClientSession) -> None:
    """X-WX-*, Forwarded, X-Forwarded-* and X-Request-Id that a client sends are dropped or replaced by the truth."""
    forged = {
        "X-WX-OPENID": "someone-else",
        "X-WX-NEW-IN-2027": "x",
        "X-Forwarded-For": "1.2.3.4",
        "X-Forwarded-Host": "evil.example",
        "X-Real-IP": "1.2.3.4",
        "Forwarded": "for=1.2.3.4",
        "X-Request-Id": "forged-forged",
        "X-Request-Start": "1.000",
        "Cookie": "a=b",
    }
    async with client.post("/tts", json={"text": "好"}, headers=forged) as response:
        received = {name.lower(): value for name, value in json.loads(await response.text())["headers"].items()}
    assert not [name for name in received if name.startswith("x-wx") or name in {"forwarded", "cookie"}]
    assert (received["x-forwarded-for"], received["x-real-ip"]) == ("127.0.0.1", "127.0.0.1")
    assert "x-forwarded-host" not in received
    assert received["x-request-id"] != "forged-forged"
    assert float(received["x-request-start"]) == pytest.approx(time.time(), abs=60)


async def test_what_the_api_needs_reaches_it(client: aiohttp.ClientSession) -> None:
    """Body, content type, Authorization and Accept-Language pass unchanged."""
    headers = {"Authorization": "Bearer t", "Accept-Language": "en"}
    async with client.post("/tts", json={"text": "好"}, headers=headers) as response:
        echo = json.loads(await response.text())
    assert json.loads(echo["body"]) == {"text": "好"}
    for name, value in {**headers, "Content-Type": "application/json", "X-Forwarded-Proto": "https"}.items():
        assert echo["headers"][name] == value


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/", "/edge-error", "/v2", "/.env", "/tts/", "/v1"])
async def test_everything_internal_is_404(client: aiohttp.ClientSession, path: str) -> None:
    """Only the public paths exist; all else, the internal ones too, is a JSON 404."""
    async with client.get(path) as response:
        body = await response.json()
    assert (response.status, body["code"], body["error"]) == (404, "not_found", "没有这个地址")
    assert body["request_id"] == response.headers["X-Request-Id"]


async def test_the_longest_body_arrives(client: aiohttp.ClientSession) -> None:
    """What the api takes passes, the longest text in its longest form too; a larger body is a 413."""
    body = json.dumps({"input": "😀" * OPENAI_CHARACTERS, "instructions": "😀" * OPENAI_CHARACTERS}).encode()
    for sent in (body, b"x" * MAX_BODY_BYTES):
        async with client.post("/tts", data=sent) as response:
            assert json.loads(await response.text())["body"] == sent.decode()
    async with client.post("/tts", data=b"x" * (MAX_BODY_BYTES + 1)) as response:
        refused = await response.json()
    assert (response.status, refused["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("path", ["/v1/audio/speech", "/v1/audio/nothing", "/v1/models"])
async def test_errors_in_openai_s_form(client: aiohttp.ClientSession, path: str) -> None:
    """On OpenAI's addresses nginx, too, says what is wrong as OpenAI's clients read it."""
    async with client.post(path, data=b"x" * (MAX_BODY_BYTES + 1)) as response:
        error = (await response.json())["error"]
    assert error == {
        "message": "请求内容过大",
        "type": "invalid_request_error",
        "param": None,
        "code": "payload_too_large",
        "request_id": response.headers["X-Request-Id"],
    }


@pytest.mark.parametrize(
    ("request_line", "header", "status", "code"),
    [
        ("TRACE / HTTP/1.1", "A: b", 405, "method_not_allowed"),
        ("POST /tts HTTP/1.1", "Transfer-Encoding: gzip", 501, "not_implemented"),
        ("GET /healthz HTTP/3.0", "A: b", 505, "http_version_not_supported"),
        ("GET /healthz HTTP/1.1", "A: " + "x" * 40000, 400, "bad_request"),
        ("GET /" + "x" * 40000 + " HTTP/1.1", "A: b", 414, "bad_request"),
        ("GET HTTP/1.1", "A: b", 400, "bad_request"),
    ],
)
async def test_what_is_not_http_as_we_speak_it(
    edge: Edge, tls: Path, request_line: str, header: str, status: int, code: str
) -> None:
    """Whatever nginx itself refuses is answered in the API's error format, with the request's id."""
    sent = f"{request_line}\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n\r\n".encode()
    head, _, body = (await _until_closed(edge, tls, sent)).decode().partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ")
    answer = json.loads(body)
    assert answer["code"] == code
    assert f"X-Request-Id: {answer['request_id']}" in head
    assert "application/json" in head


async def test_the_log_knows_what_was_called(tmp_path: Path, tls: Path) -> None:
    """The log has the path that was called, without its query, also of what nginx refused; and the api's time."""
    async with running_edge(tmp_path, tls) as edge, _session(edge, tls) as client:
        await _get(client, "/nowhere?token=secret")
        await _get(client, "/v1/slow?token=secret")
    refused, answered = edge.logged()
    assert ("/nowhere", 404, "") == (refused["path"], refused["status"], refused["upstream_seconds"])
    assert ("/v1/slow", 200) == (answered["path"], answered["status"])
    assert 1 <= float(answered["upstream_seconds"])
    assert 1 <= answered["seconds"]
    assert "secret" not in edge.log.read_text()


async def test_logins_have_a_limit_of_their_own(tmp_path: Path, tls: Path) -> None:
    """Past their own rate and burst logins are a 429 with Retry-After, while other calls are served."""
    limits: dict[str, Any] = {"edge_logins_per_second": 1, "edge_login_burst": 2}
    async with running_edge(tmp_path, tls, **limits) as edge, _session(edge, tls) as client:
        answers = await asyncio.gather(*(_get(client, path) for path in ("/login", "/v1/login") * 6))
        assert [200] * 12 == [status for status, *_ in await asyncio.gather(*(_get(client, "/tts") for _ in range(12)))]
    assert [status for status, *_ in answers].count(200) in {3, 4}  # the burst, and one more if a second passed
    refused = [(headers["Retry-After"], body["code"]) for status, headers, body in answers if status != 200]
    assert set(refused) == {("1", "rate_limited")}


async def test_a_dead_api_is_502(client: aiohttp.ClientSession, edge: Edge) -> None:
    """No API process: a JSON 502 with Retry-After, in English for those who ask."""
    await edge.upstream.cleanup()
    async with client.post("/tts", json={}, headers={"Accept-Language": "en-US,en"}) as response:
        body = await response.json()
    assert (response.status, body["code"], response.headers["Retry-After"]) == (502, "bad_gateway", "3")
    assert body["error"].startswith("The speech service is not available")


@dataclass
class Dying:
    """An api that reads a request, hangs for a while and dies: an answer never begins."""

    port: int
    hangs_s: float = 0.5
    heads: list[dict[str, str]] = field(default_factory=list)

    async def die(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().splitlines()
        self.heads.append(dict(line.split(": ", 1) for line in lines))
        await asyncio.sleep(self.hangs_s)
        writer.transport.abort()


@pytest.fixture
async def dying(unused_tcp_port: int) -> AsyncIterator[Dying]:
    api = Dying(unused_tcp_port)
    async with await asyncio.start_server(api.die, "127.0.0.1", api.port):
        yield api


@pytest.mark.parametrize(("path", "hangs_s"), [("/tts", 6), ("/v1/tts", 0.5), ("/login", 0.5), ("/v1/login", 0.5)])
async def test_a_call_a_replica_died_of_is_tried_again(
    tmp_path: Path, tls: Path, dying: Dying, path: str, hangs_s: float
) -> None:
    """Speech and logins are repeated on another replica, with the id and the beginning of the first try."""
    dying.hangs_s = hangs_s
    async with running_edge(tmp_path, tls, [dying.port]) as edge, _session(edge, tls) as client:
        echoes = await asyncio.gather(*(_echo(client, path) for _ in range(4)))
    assert [{"text": "好"}] * 4 == [json.loads(echo["body"]) for echo in echoes]
    heads = [{name.lower(): value for name, value in echo["headers"].items()} for echo in echoes]
    starts = {head["x-request-id"]: head["x-request-start"] for head in heads}
    assert 4 == len(starts)
    assert dying.heads
    for first in dying.heads:
        assert starts[first["X-Request-Id"]] == first["X-Request-Start"]


async def test_other_posts_are_not_tried_again(tmp_path: Path, tls: Path, dying: Dying) -> None:
    """A POST that nothing makes safe to repeat is a 502 where a replica died of it."""
    async with running_edge(tmp_path, tls, [dying.port]) as edge, _session(edge, tls) as client:
        answers = [await _status(client, "/v1/jobs") for _ in range(6)]
    assert {200: 3, 502: 3} == {status: answers.count(status) for status in set(answers)}


async def test_every_post_is_passed_on_by_a_replica_that_is_down(tmp_path: Path, tls: Path) -> None:
    """Where the connection is refused nothing was sent, so the next replica is asked, whatever the call."""
    async with running_edge(tmp_path, tls, [free_ports(1)]) as edge, _session(edge, tls) as client:
        assert [200] * 6 == [await _status(client, "/v1/jobs") for _ in range(6)]


async def test_too_many_requests_from_one_ip(tmp_path: Path, tls: Path) -> None:
    """Past rate and burst, one IP gets JSON 429s with Retry-After; the rest of its calls are served."""
    async with (
        running_edge(tmp_path, tls, edge_requests_per_second=1, edge_burst=4) as edge,
        _session(edge, tls) as client,
    ):
        answers = await asyncio.gather(*(_get(client, "/healthz") for _ in range(12)))
    assert [status for status, *_ in answers].count(200) in {5, 6}  # the burst, and one more if a second passed
    refused = [(headers["Retry-After"], body["code"]) for status, headers, body in answers if status != 200]
    assert set(refused) == {("1", "rate_limited")}


async def test_too_many_requests_in_progress_from_one_ip(tmp_path: Path, tls: Path) -> None:
    """One IP may have only so many requests in progress at once."""
    async with running_edge(tmp_path, tls, edge_connections=3) as edge, _session(edge, tls) as client:
        answers = await asyncio.gather(*(_get(client, "/v1/slow") for _ in range(8)))
    assert sorted(status for status, *_ in answers) == [200] * 3 + [429] * 5


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_modern_tls_is_spoken(edge: Edge, tls: Path, version: ssl.TLSVersion) -> None:
    """TLS 1.2 and 1.3 both work, with HTTP/2 on offer."""
    context = credentials.client_context(tls / "ca.pem")
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection(("localhost", edge.port)) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as tls_connection,
    ):
        assert tls_connection.selected_alpn_protocol() == "h2"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the ssl module deprecates what we must not accept
async def test_old_tls_is_refused(edge: Edge, tls: Path) -> None:
    """TLS 1.1 is not spoken."""
    context = credentials.client_context(tls / "ca.pem")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError, match=r"(?i)protocol|alert"):
        await asyncio.open_connection("localhost", edge.port, ssl=context)


@pytest.mark.parametrize("path", ["/healthz", "/nowhere"])
async def test_security_headers(client: aiohttp.ClientSession, path: str) -> None:
    """Every answer, an error too, carries HSTS for two years and nosniff, and no version."""
    async with client.get(path) as response:
        headers = response.headers
    assert headers["Strict-Transport-Security"] == "max-age=63072000"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Server"] == "nginx"


async def test_slow_clients_are_cut_off(edge: Edge, tls: Path) -> None:
    """Who says nothing, or does not finish headers or body, loses the connection (a body: maybe a 408) in 10 s."""
    headers = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
    body = b"POST /tts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
    answers = await asyncio.gather(*(_until_closed(edge, tls, sent) for sent in (b"", headers, body)))
    assert [b"", b""] == answers[:2]
    assert not answers[2] or b"408" in answers[2].split(b"\r\n")[0]


async def test_plain_http_is_a_clear_400(edge: Edge) -> None:
    """HTTP on the HTTPS port is answered with a JSON 400, not with silence."""
    async with aiohttp.ClientSession() as client, client.get(f"http://localhost:{edge.port}/healthz") as response:
        body = await response.json()
    assert (response.status, body["code"]) == (400, "bad_request")


async def _until_closed(edge: Edge, tls: Path, sent: bytes) -> bytes:
    """What nginx answers to these bytes before it closes the connection, which it does within 15 s."""
    context = credentials.client_context(tls / "ca.pem")
    reader, writer = await asyncio.open_connection("localhost", edge.port, ssl=context)
    writer.write(sent)
    try:
        return await asyncio.wait_for(reader.read(), timeout=15)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def _session(edge: Edge, tls: Path) -> AbstractAsyncContextManager[aiohttp.ClientSession]:
    return tls_session(edge.url, tls / "ca.pem")


async def _get(client: aiohttp.ClientSession, path: str) -> tuple[int, Any, Any]:
    async with client.get(path) as response:
        return response.status, response.headers, await response.json(content_type=None)


async def _status(client: aiohttp.ClientSession, path: str) -> int:
    async with client.post(path, json={}) as response:
        return response.status


async def _echo(client: aiohttp.ClientSession, path: str) -> Any:
    """What arrived of a call at the api that answered it."""
    async with client.post(path, json={"text": "好"}) as response:
        assert 200 == response.status
        return json.loads(await response.text())
