"""The api in this process, with an engine of the test's own instead of Triton."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from quart import Quart
from quart.typing import TestClientProtocol as Client

from api.app import create_app
from api.engine.engine import Engine
from api.settings import Settings
from api.wiring import wire


def app_with(settings: Settings, engine: Engine) -> Quart:
    return create_app(settings, wire(settings, lambda _address, _name: engine))


@asynccontextmanager
async def running(settings: Settings, engine: Engine) -> AsyncIterator[Client]:
    """A client of an app that is served until the block ends."""
    async with app_with(settings, engine).test_app() as app:
        yield app.test_client()
