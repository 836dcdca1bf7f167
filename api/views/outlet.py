"""What a WebSocket session sends, and how long its client is waited for."""

import asyncio
import json
from collections.abc import Mapping

from quart.wrappers import Websocket

from api import errors
from api import exchange as exchanges
from api.problems import Refusal, render
from api.views.streaming import Reader


class Outlet:
    """Belongs to the task that makes it, which is cancelled when the client takes too long to take what is sent."""

    def __init__(self, websocket: Websocket) -> None:
        self._websocket = websocket
        self._language = errors.caller_language()
        self._task = asyncio.current_task()
        self.begin()

    def begin(self) -> None:
        """Begin an utterance: what its client may take is counted from here, as for a stream."""
        self.audio_s = 0.0
        self._reader = Reader()

    async def tell(self, kind: str, fields: Mapping[str, object]) -> None:
        """Send a message of this type."""
        await self.send(json.dumps({"type": kind, **fields}, ensure_ascii=False))

    async def send(self, data: str | bytes) -> None:
        with self._reader.waited_for(self.audio_s, self._task):
            await self._websocket.send(data)

    async def refuse(self, refusal: Refusal, **details: object) -> None:
        """Send an error."""
        told = render(refusal, self._language, exchanges.current().id)
        if "Retry-After" in refusal.headers:
            details["retry_after"] = int(refusal.headers["Retry-After"])
        await self.tell(
            "error",
            {"message": told["error"], "code": told["code"], "request_id": told["request_id"], **details},
        )
