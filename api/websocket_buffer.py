"""A bound on what hypercorn keeps of a WebSocket message that is too large.

It closes the connection with 1009, and until the client answers goes on to keep all that comes (hypercorn 0.18,
protocol/ws_stream.py): a client that sends and never answers fills the memory, and needs no token for it.
"""

from typing import Any

from hypercorn.protocol import ws_stream
from wsproto.events import Message


class BoundedBuffer(ws_stream.WebsocketBuffer):
    """Takes no more once it is full."""

    def extend(self, event: Message[Any]) -> None:
        if self.length > self.max_length:
            raise ws_stream.FrameTooLargeError
        super().extend(event)


def install() -> None:
    ws_stream.WebsocketBuffer = BoundedBuffer  # type: ignore[misc]
