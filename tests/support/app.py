"""The api in this process, with an engine of the test's own instead of Triton."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hypercorn.asyncio import serve
from quart import Quart
from quart.typing import TestClientProtocol as Client

from api.__main__ import PING_S, server_config
from api.app import create_app
from api.engine.engine import Engine
from api.settings import Settings
from api.wiring import wire
from tests.support.edge import listening
from tests.support.ports import free_ports


def app_with(settings: Settings, engine: Engine) -> Quart:
    return create_app(settings, wire(settings, lambda _address, _name: engine))


@asynccontextmanager
async def serving(settings: Settings, engine: Engine) -> AsyncIterator[int]:
    """The port of an app that hypercorn serves as in production, until the block ends."""
    async with serving_app(app_with(settings, engine), settings) as port:
        yield port


@asynccontextmanager
async def serving_app(app: Quart, settings: Settings, ping_interval_s: float | None = PING_S) -> AsyncIterator[int]:
    """The same of any app."""
    port, stop = free_ports(1), asyncio.Event()
    config = server_config(f"127.0.0.1:{port}", settings)
    config.graceful_timeout = 0.1
    config.websocket_ping_interval = ping_interval_s
    server = asyncio.create_task(serve(app, config, shutdown_trigger=stop.wait))
    try:
        await listening(port)
        yield port
    finally:
        stop.set()
        await server


@asynccontextmanager
async def running(settings: Settings, engine: Engine) -> AsyncIterator[Client]:
    """A client of an app that is served until the block ends."""
    async with app_with(settings, engine).test_app() as app:
        yield app.test_client()
