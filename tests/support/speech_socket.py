"""A client of `/v1/audio/speech/stream`, over whatever WebSocket library a test uses."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

PATH = "/v1/audio/speech/stream"


@dataclass
class Heard:
    """What came of one utterance: the texts and files of its sentences, errors, and the last message."""

    texts: list[str] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    starts: list[dict[str, Any]] = field(default_factory=list)
    done: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SpeechSocket:
    """`send` takes a text message, `receive` gives a text or a binary one."""

    send: Callable[[str], Awaitable[None]]
    receive: Callable[[], Awaitable[str | bytes]]

    async def tell(self, kind: str, **fields: Any) -> None:
        await self.send(json.dumps({"type": kind, **fields}))

    async def write(self, *pieces: str) -> None:
        """Write a whole utterance."""
        for piece in pieces:
            await self.tell("input.text", text=piece)
        await self.tell("input.done")

    async def hear(self) -> Heard:
        """All of the next utterance."""
        heard = Heard()
        while not heard.done:
            message = await self.message()
            match message["type"]:
                case "audio.start":
                    file = await self.receive()
                    assert isinstance(file, bytes)
                    done = await self.message()
                    assert ("audio.done", len(file), False) == (done["type"], done["total_bytes"], done["error"])
                    heard.starts.append(message)
                    heard.texts.append(message["sentence_text"])
                    heard.files.append(file)
                case "error":
                    heard.errors.append(message)
                case "session.done":
                    heard.done = message
        return heard

    async def message(self) -> dict[str, Any]:
        """The next, which is text."""
        raw = await self.receive()
        assert isinstance(raw, str)
        message: dict[str, Any] = json.loads(raw)
        return message
