"""`/v1/audio/speech/stream`: text in, while it is written, and speech out, on one WebSocket."""

import asyncio
from contextlib import AsyncExitStack

import structlog
from hypercorn.typing import ASGIReceiveCallable
from quart import Blueprint, websocket
from quart.asgi import ASGIWebsocketConnection

from api import exchange as exchanges
from api.synthesis.voices import Voices
from api.views.session import Session
from api.wiring import Services

log = structlog.get_logger()

MOST_MESSAGES = 256
"""A client that has sent so many which nobody could take yet is cut off."""

INTERNAL_ERROR = 1011

CLOSING_S = 1.0
"""For the client to answer that it is closed, which ends the handler. When that ends hypercorn cuts the connection."""


def blueprint(services: Services, voices: Voices) -> Blueprint:
    routes = Blueprint("websocket", __name__)

    @routes.websocket("/v1/audio/speech/stream")
    async def stream() -> None:
        async with AsyncExitStack() as exits:
            session = Session(services, voices, websocket, exits)
            exits.enter_context(services.sessions.enter(session))
            if websocket.headers.get("Authorization"):
                await session.authenticate()
            await websocket.accept()
            await websocket.close(await _run(session))
            await asyncio.sleep(CLOSING_S)

    return routes


async def _run(session: Session) -> int:
    try:
        return await session.run()
    except Exception as error:  # the upgrade was answered, there is no other answer
        exchanges.current().error = error
        log.exception("internal_error")
        return INTERNAL_ERROR


class Connection(ASGIWebsocketConnection):
    """Quart keeps as many messages as a client sends, and makes None of an empty one (quart/asgi.py, 0.22)."""

    async def handle_messages(self, receive: ASGIReceiveCallable) -> None:
        while self.queue.qsize() < MOST_MESSAGES:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            if event["type"] == "websocket.receive":
                text = event.get("text")
                await self.queue.put(event.get("bytes") if text is None else text)
