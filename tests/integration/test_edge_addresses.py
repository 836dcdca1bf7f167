"""Whose connection it is, and how many each may have: limits before the first byte, trusted proxies, PROXY protocol."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from compose import credentials
from tests.support.edge import Edge, running_edge
from tests.support.waiting import until

LIMIT = 20


async def test_idle_connections_stop_nobody_else(tmp_path: Path, tls: Path) -> None:
    """Connections of one address beyond its limit are closed before they say anything; another address is served."""
    async with running_edge(tmp_path, tls, edge_tcp_connections=LIMIT) as edge, _idle(edge, 5 * LIMIT) as idle:
        closed, _ = await asyncio.wait([asyncio.ensure_future(_closed(reader)) for reader, _ in idle], timeout=3)
        assert 4 * LIMIT == len(closed)
        assert "127.0.0.2" == await _address(edge, tls, source="127.0.0.2")
        with pytest.raises((OSError, EOFError)):
            await _address(edge, tls)


async def test_a_silent_connection_does_not_stay(tmp_path: Path, tls: Path) -> None:
    """Who connects and begins no handshake is gone after 5 s, and makes room."""
    async with running_edge(tmp_path, tls, edge_tcp_connections=1) as edge, _idle(edge, 1) as idle:
        await asyncio.wait_for(_closed(idle[0][0]), 15)

        async def has_room() -> bool:
            with contextlib.suppress(OSError, EOFError):
                return await _address(edge, tls) == "127.0.0.1"
            return False

        await until(has_room)  # nginx stops counting a connection just after it has closed it


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        ("", "203.0.113.7", "127.0.0.1"),
        ("192.0.2.0/24", "203.0.113.7", "127.0.0.1"),
        ("127.0.0.0/8", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.0/8", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.0/8, 192.0.2.0/24", "6.6.6.6, 203.0.113.7, 192.0.2.5", "203.0.113.7"),
        ("127.0.0.0/8", "", "127.0.0.1"),
    ],
)
async def test_only_a_trusted_proxy_is_believed(
    tmp_path: Path, tls: Path, trusted: str, forwarded: str, address: str
) -> None:
    """The client is the last address in X-Forwarded-For that is not a trusted proxy's; others change nothing."""
    async with running_edge(tmp_path, tls, edge_trusted_proxies=trusted) as edge:
        assert address == await _address(edge, tls, forwarded=forwarded)
    assert [address] == [line["ip"] for line in edge.logged()]


@pytest.mark.parametrize(("trusted", "address"), [("127.0.0.1", "203.0.113.7"), ("192.0.2.1", "127.0.0.1")])
async def test_proxy_protocol(tmp_path: Path, tls: Path, trusted: str, address: str) -> None:
    """PROXY protocol names the client where a trusted proxy speaks it; that client's X-Forwarded-For does not."""
    settings: dict[str, Any] = {"edge_trusted_proxies": trusted, "edge_proxy_protocol": True}
    async with running_edge(tmp_path, tls, **settings) as edge:
        told = await _address(edge, tls, proxy="TCP4 203.0.113.7 192.0.2.1 5000 443", forwarded="6.6.6.6")
        assert address == told
        assert "127.0.0.1" == await _address(edge, tls, port=edge.probe_port)


async def test_an_ipv6_subscriber_is_one_address(tmp_path: Path, tls: Path) -> None:
    """All addresses of a /64 share each limit; the next /64 has its own, as has each IPv4 address."""
    settings: dict[str, Any] = {
        "edge_trusted_proxies": "127.0.0.1",
        "edge_proxy_protocol": True,
        "edge_tcp_connections": 2,
        "edge_requests_per_second": 1,
        "edge_burst": 1,
    }
    async with running_edge(tmp_path, tls, **settings) as edge, _idle(edge, 2, "TCP6 2001:db8::{} ::1 5000 443"):
        await asyncio.sleep(0.2)
        with pytest.raises((OSError, EOFError)):
            await _address(edge, tls, proxy="TCP6 2001:db8::ffff ::1 5000 443")
        for address in ("2001:db8:0:1::1", "2001:db8:0:1:8000::1"):
            assert address == await _address(edge, tls, proxy=f"TCP6 {address} ::1 5000 443")
        with pytest.raises(PermissionError, match="429"):
            await _address(edge, tls, proxy="TCP6 2001:db8:0:1::3 ::1 5000 443")
        for address in ("203.0.113.7", "203.0.113.8"):
            assert address == await _address(edge, tls, proxy=f"TCP4 {address} 192.0.2.1 5000 443")


@contextlib.asynccontextmanager
async def _idle(
    edge: Edge, count: int, proxy: str = ""
) -> AsyncIterator[list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]:
    """So many connections that say nothing, but for a line of PROXY protocol."""
    opened = [await asyncio.open_connection("127.0.0.1", edge.port) for _ in range(count)]
    try:
        for number, (_, writer) in enumerate(opened):
            if proxy:
                writer.write(f"PROXY {proxy.format(number + 1)}\r\n".encode())
        yield opened
    finally:
        for _, writer in opened:
            writer.close()


async def _closed(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(ConnectionResetError):
        await reader.read()


async def _address(
    edge: Edge, tls: Path, *, source: str = "127.0.0.1", proxy: str = "", forwarded: str = "", port: int = 0
) -> str:
    """What the api is told of the client's address; PermissionError where the answer is no 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port or edge.port, local_addr=(source, 0))
    try:
        if proxy:
            writer.write(f"PROXY {proxy}\r\n".encode())
        await writer.start_tls(_context(tls), server_hostname="localhost")
        header = f"X-Forwarded-For: {forwarded}\r\n" if forwarded else ""
        writer.write(f"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    if not head.startswith(b"HTTP/1.1 200 "):
        raise PermissionError(head.decode())
    headers = json.loads(body.partition(b"\r\n")[2] if b"chunked" in head else body)["headers"]
    assert headers["X-Forwarded-For"] == headers["X-Real-IP"]
    return str(headers["X-Real-IP"])


def _context(tls: Path) -> ssl.SSLContext:
    return credentials.client_context(tls / "ca.pem")
