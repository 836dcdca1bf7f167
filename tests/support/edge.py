"""A second nginx with the project's own templates, in front of an upstream of the tests'."""

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from compose.local.edge import edge_values, socket_dir
from compose.local.settings import ROOT, LocalSettings
from compose.local.stack import executable_path
from compose.local.templates import render
from tests.support.ports import free_ports

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

WIDE = {
    "edge_requests_per_second": 1000,
    "edge_burst": 1000,
    "edge_connections": 1000,
    "edge_tcp_connections": 1000,
    "edge_logins_per_second": 1000,
    "edge_login_burst": 1000,
}
"""Limits that a test does not run into."""


@dataclass
class Edge:
    port: int
    probe_port: int
    upstream: web.AppRunner
    log: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def logged(self) -> list[dict[str, Any]]:
        """The access log."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


async def echo(request: web.Request) -> web.StreamResponse:
    """Answer with what arrived."""
    if request.path == "/v1/slow":
        await asyncio.sleep(1)
    body = (await request.read()).decode(errors="replace")
    return web.Response(text=json.dumps({"headers": dict(request.headers), "body": body}))


@contextlib.asynccontextmanager
async def running_edge(
    folder: Path,
    tls: Path,
    others: Iterable[int] = (),
    handler: Handler | None = echo,
    edits: Mapping[str, Mapping[str, str]] | None = None,
    **settings: Any,
) -> AsyncIterator[Edge]:
    """nginx in front of `handler` and of `others` (ports); `edits` replace text in a rendered file, by its name."""
    first = free_ports(3)
    upstream = await _serve(handler or echo, first + 2)
    chosen = LocalSettings(
        _env_file=None, edge_port=first, edge_probe_port=first + 1, **WIDE | settings, api_port=first + 2
    )
    values = edge_values(chosen, folder, tls, [*others, *([first + 2] if handler else [])])
    for template in (ROOT / "nginx").glob("*.template"):
        text = render(template.read_text(), values)
        for old, new in (edits or {}).get(template.stem, {}).items():
            assert old in text, f"{template.name} has changed: no {old!r}"
            text = text.replace(old, new)
        (folder / template.stem).write_text(text)
    log = folder / "access.log"
    with log.open("w") as output, (folder / "error.log").open("w") as errors:
        nginx = await asyncio.create_subprocess_exec(
            *("nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")),
            stdout=output,
            stderr=errors,
            env={"PATH": executable_path()},
        )
    try:
        await listening(first)
        yield Edge(first, first + 1, upstream, log)
    finally:
        nginx.terminate()
        await nginx.wait()
        if socket_dir(folder) != folder:
            shutil.rmtree(socket_dir(folder))
        await upstream.cleanup()


async def _serve(handler: Handler, port: int) -> web.AppRunner:
    application = web.Application(client_max_size=2**25)
    application.router.add_route("*", "/{path:.*}", handler)
    upstream = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
    await upstream.setup()
    await web.TCPSite(upstream, "127.0.0.1", port).start()
    return upstream


async def listening(port: int) -> None:
    """Return when something takes connections there."""
    for _ in range(100):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)
    raise TimeoutError("nginx does not listen")
