"""A service of a few lines, which answers as a test tells it to."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def wav(seconds: float = 1.0, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, rate, 0, "NONE", ""))
        writer.writeframes(bytes(2 * round(seconds * rate)))
    return file.getvalue()


def refusal(status: int = 503, **headers: str) -> web.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.json_response({"code": "overloaded"}, status=status, headers=named)


@dataclass
class FakeSpeech:
    """`texts` and `users` are those of each call so far; `most` is how many were in progress at once."""

    answer: Answer
    url: str = ""
    texts: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    addresses: list[str | None] = field(default_factory=list)
    in_progress: int = 0
    most: int = 0

    async def login(self, request: web.Request) -> web.Response:
        return web.json_response({"token": (await request.json())["code"]})

    async def tts(self, request: web.Request) -> web.StreamResponse:
        self.texts.append((await request.json())["text"])
        self.users.append(request.headers["Authorization"])
        self.addresses.append(request.remote)
        self.in_progress += 1
        self.most = max(self.most, self.in_progress)
        try:
            return await self.answer(request)
        finally:
            self.in_progress -= 1


async def speaks(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(0.01)
    return web.Response(body=wav(), content_type="audio/wav", headers={"X-Request-Id": "one"})


@asynccontextmanager
async def speech_service() -> AsyncIterator[FakeSpeech]:
    """On a port of its own until the body ends."""
    fake = FakeSpeech(speaks)
    app = web.Application()
    app.add_routes([web.post("/login", fake.login), *(web.post(path, fake.tts) for path in ("/tts", "/v1/tts"))])
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()
