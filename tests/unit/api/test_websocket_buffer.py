"""What hypercorn keeps of a WebSocket message is bounded."""

from io import BytesIO

import pytest
from hypercorn.protocol import ws_stream
from wsproto.events import BytesMessage

from api.__main__ import server_config
from api.settings import Settings


def test_what_follows_a_message_that_is_too_large_is_not_kept(settings: Settings) -> None:
    """However much of it still comes."""
    server_config("127.0.0.1:0", settings)
    buffer = ws_stream.WebsocketBuffer(10)
    for _ in range(3):
        with pytest.raises(ws_stream.FrameTooLargeError):
            buffer.extend(BytesMessage(bytes(11)))
    assert isinstance(buffer.value, BytesIO)
    assert 11 == len(buffer.value.getvalue())
