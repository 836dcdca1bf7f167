"""The edge and hypercorn, configured as for sessions, speak WebSocket as its RFC has it: Autobahn's test suite."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from quart import Quart, websocket

from api.settings import Settings
from api.views.websocket import Connection
from compose.local.settings import ROOT
from tests.support import autobahn
from tests.support.app import serving_app
from tests.support.edge import running_edge

PYTHON = autobahn.python()
SUITE = ROOT / ".local" / "autobahn"
CASES = ("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*")
ROUTE = {
    "routes.conf": {"location = /healthz": "location = /echo { include kind-websocket.conf; }\nlocation = /healthz"}
}


def echo_app() -> Quart:
    """Sends back what it gets; `receive` gives text and bytes as they came."""
    app = Quart(__name__)
    app.asgi_websocket_class = Connection

    @app.websocket("/echo")
    async def echo() -> None:
        while True:
            await websocket.send(await websocket.receive())

    return app


@asynccontextmanager
async def echoing(tmp_path: Path, tls: Path) -> AsyncIterator[str]:
    """The address of the echo behind the edge.

    It sends no pings: the suite answers one in the middle of a frame that it sends in pieces, and breaks it (6.4.3).
    """
    settings = Settings(_env_file=None, env="dev", jwt_keys="k" * 32, user_hash_key="h" * 32)
    async with (
        serving_app(echo_app(), settings, ping_interval_s=None) as port,
        running_edge(tmp_path, tls, others=[port], handler=None, edits=ROUTE) as edge,
    ):
        yield f"wss://localhost:{edge.port}/echo"


@pytest.mark.clients
@pytest.mark.skipif(not PYTHON, reason="needs Python 2.7")
async def test_conformance(tmp_path: Path, tls: Path) -> None:
    """Framing, pings, reserved bits, opcodes, fragments, UTF-8, closing, automatic fragments: no case fails."""
    assert PYTHON
    await asyncio.to_thread(autobahn.install, PYTHON, SUITE)
    async with echoing(tmp_path, tls) as url:
        behaviour = await autobahn.run(PYTHON, SUITE, tmp_path, url, CASES)
    assert {} == {case: how for case, how in behaviour.items() if not how <= autobahn.GOOD}
    assert 247 == len(behaviour)
