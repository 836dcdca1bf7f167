"""A second nginx with the project's own template, in front of an upstream that echoes what reaches it."""

import asyncio
import contextlib
import json
import subprocess
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from compose.local.settings import ROOT
from compose.local.stack import executable_path
from compose.local.templates import render
from tests.support.ports import free_ports


@dataclass
class Edge:
    port: int
    upstream: web.AppRunner

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"


async def _echo(request: web.Request) -> web.Response:
    if request.path == "/v1/slow":
        await asyncio.sleep(1)
    body = (await request.read()).decode(errors="replace")
    return web.Response(text=json.dumps({"headers": dict(request.headers), "body": body}))


@contextlib.asynccontextmanager
async def echoing_edge(folder: Path, tls: Path, others: Iterable[int] = (), **limits: int) -> AsyncIterator[Edge]:
    """nginx in front of the echo and `others` (ports); `limits` are requests_per_second, burst and connections."""
    first = free_ports(2)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", _echo)
    upstream = web.AppRunner(application)
    await upstream.setup()
    await web.TCPSite(upstream, "127.0.0.1", first + 1).start()
    chosen = {"requests_per_second": 1000, "burst": 1000, "connections": 1000} | limits
    servers = " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in (*others, first + 1))
    values = {f"HAOSHUO_EDGE_{name.upper()}": value for name, value in chosen.items()} | {
        "HAOSHUO_EDGE_LISTEN": f"127.0.0.1:{first}",
        "HAOSHUO_EDGE_PID": folder / "nginx.pid",
        "HAOSHUO_EDGE_TLS_DIR": tls,
        "HAOSHUO_EDGE_API": "replicas",
        "HAOSHUO_EDGE_UPSTREAM": f"upstream replicas {{ zone replicas 64k; {servers} keepalive 32; }}",
    }
    configuration = folder / "nginx.conf"
    configuration.write_text(render((ROOT / "nginx/nginx.conf.template").read_text(), values))
    nginx = await asyncio.create_subprocess_exec(
        "nginx",
        *("-e", "stderr", "-p", str(folder), "-c", str(configuration)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": executable_path()},
    )
    try:
        await _listening(first)
        yield Edge(first, upstream)
    finally:
        nginx.terminate()
        await nginx.wait()
        await upstream.cleanup()


async def _listening(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)
    raise TimeoutError("nginx does not listen")
