"""The filter in front of the Docker socket, with a socket of the tests' own behind it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from compose.local.settings import ROOT
from compose.local.stack import executable_path
from compose.local.templates import render
from tests.support.edge import listening
from tests.support.ports import free_ports


@dataclass
class Docker:
    """Remembers what reaches the socket."""

    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.raw_path, dict(request.headers)))
        return web.Response(text="[]")


@pytest.fixture
def docker() -> Docker:
    return Docker()


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that nginx's user can reach, too."""
    with tempfile.TemporaryDirectory(prefix="haoshuo-docker-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
async def proxy(docker: Docker, tmp_path: Path, reachable: Path) -> AsyncIterator[str]:
    """The URL of the proxy."""
    port = free_ports(1)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", docker.answer)
    upstream = web.AppRunner(application)
    await upstream.setup()
    await web.UnixSite(upstream, reachable / "docker.sock").start()
    _open_to_all(reachable / "docker.sock")
    text = render((ROOT / "compose/socket-proxy.conf.template").read_text(), {"HAOSHUO_PROJECT": "haoshuo"})
    for old, new in (
        ("/var/run/docker.sock", str(reachable / "docker.sock")),
        ("listen 2375", f"listen 127.0.0.1:{port}"),
        ("/tmp/nginx.pid", str(tmp_path / "nginx.pid")),  # noqa: S108 - the container's own
        ("/dev/stdout", str(tmp_path / "access.log")),
    ):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "nginx.conf").write_text(text)
    nginx = await asyncio.create_subprocess_exec(
        *("nginx", "-e", "stderr", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")),
        env={"PATH": executable_path()},
    )
    try:
        await listening(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        nginx.terminate()
        await nginx.wait()
        await upstream.cleanup()


def _open_to_all(socket: Path) -> None:
    socket.chmod(0o666)


@pytest.mark.parametrize(
    ("method", "path", "reached"),
    [
        ("GET", "/_ping", "/_ping"),
        (
            "GET",
            "/containers/json",
            "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22com.docker.compose.project%3Dhaoshuo%22%5D%7D",
        ),
        ("GET", "/containers/haoshuo-api-1/stats", "/containers/haoshuo-api-1/stats?stream=false&one-shot=true"),
        ("POST", "/containers/haoshuo-api-1/restart", "/containers/haoshuo-api-1/restart?t=5"),
        ("POST", "/containers/haoshuo-edge-1/stop", "/containers/haoshuo-edge-1/stop?t=5"),
    ],
)
async def test_docker_sees_nothing_of_the_client(
    proxy: str, docker: Docker, method: str, path: str, reached: str
) -> None:
    """What reaches Docker is what the proxy has written: no query and no header of a client's."""
    forged = {"X-Registry-Auth": "e30=", "Authorization": "Bearer t", "X-Anything": "1"}
    query = "?t=5&all=0&filters=%7B%7D&signal=KILL&stream=true"
    async with aiohttp.ClientSession() as client, client.request(method, proxy + path + query, headers=forged) as got:
        assert 200 == got.status
    [(asked, headers)] = docker.asked
    assert reached == asked
    assert {"Host": "docker"} == {name: value for name, value in headers.items() if name != "Connection"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_ping"),
        ("POST", "/containers/haoshuo-api-1/kill"),
        ("POST", "/containers/haoshuo-api-1/restart?t=999"),
        ("POST", "/containers/haoshuo-socket-proxy-1/stop?t=5"),
        ("POST", "/containers/stranger-api-1/stop?t=5"),
        ("GET", "/containers/haoshuo-api-1/json"),
    ],
)
async def test_everything_else_stops_here(proxy: str, docker: Docker, method: str, path: str) -> None:
    """What is not on the list is a 403, and Docker is not asked."""
    async with aiohttp.ClientSession() as client, client.request(method, proxy + path) as response:
        assert 403 == response.status
    assert [] == docker.asked
