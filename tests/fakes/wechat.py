"""A WeChat that answers jscode2session over HTTP, with every mood scripted by the code it is asked about.

    err-40029      refuses with that errcode         slow-2      answers after 2 s
    http-500       answers with that status          drop        closes the connection without an answer
    broken         answers what is not JSON          no-openid   answers without an openid
    lily, lily.2   the user lily (whatever follows the dot makes the code another one)

As the real one does, it takes each code once. Run it by hand: `python -m tests.fakes.wechat --port 18090`.
"""

import argparse
import asyncio
import json
import re
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

APPID, SECRET = "wx-test", "wx-test-secret"
CODE = re.compile(r"[\w.-]+")
SESSION_KEY = "c2Vzc2lvbi1rZXktb2YtYS10ZXN0"


class FakeWeChat:
    """A context manager: serves from a thread of its own while the block runs."""

    def __init__(self, port: int = 0, host: str = "127.0.0.1") -> None:
        self.seen: Counter[str] = Counter()
        self.most_at_once = 0
        self._at_once = 0
        self._host = host
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._runner is not None
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_get("/sns/jscode2session", self._answer, allow_head=False)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]

    async def _answer(self, request: web.Request) -> web.Response:
        code = request.query.get("js_code", "")
        self.seen[code] += 1
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self._react(request, code)
        finally:
            self._at_once -= 1

    async def _react(self, request: web.Request, code: str) -> web.Response:
        mood, _, argument = code.partition("-")
        if behave := MOODS.get(mood):
            return await behave(request, argument)
        return _json(self._decide(request, code))

    def _decide(self, request: web.Request, code: str) -> dict[str, Any]:
        if request.query.get("appid") != APPID:
            return _error(40013)
        if request.query.get("secret") != SECRET:
            return _error(40125)
        if not CODE.fullmatch(code) or request.query.get("grant_type") != "authorization_code":
            return _error(40029)
        if self.seen[code] > 1:
            return _error(40163)
        return {"openid": f"openid_{code.partition('.')[0]}", "session_key": SESSION_KEY, "unionid": "u"}


def _json(answer: dict[str, Any]) -> web.Response:
    return web.Response(text=json.dumps(answer), content_type="text/plain")  # as the real one calls it


def _error(errcode: int) -> dict[str, Any]:
    return {"errcode": errcode, "errmsg": "scripted, rid: 0"}


async def _refuse(_request: web.Request, errcode: str) -> web.Response:
    # A negative errcode reads err--1, so what follows the first hyphen is "-1".
    return _json(_error(int(errcode)))


async def _dawdle(_request: web.Request, seconds: str) -> web.Response:
    await asyncio.sleep(float(seconds))
    return _json({"openid": "openid_slow", "session_key": SESSION_KEY})


async def _fail(_request: web.Request, status: str) -> web.Response:
    return web.Response(status=int(status), text="{}")


async def _babble(_request: web.Request, _argument: str) -> web.Response:
    return web.Response(text="<html>")


async def _forget(_request: web.Request, _argument: str) -> web.Response:
    return _json({"session_key": SESSION_KEY})


async def _drop(request: web.Request, _argument: str) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


MOODS: dict[str, Callable[[web.Request, str], Awaitable[web.Response]]] = {
    "err": _refuse,
    "slow": _dawdle,
    "http": _fail,
    "broken": _babble,
    "no": _forget,
    "drop": _drop,
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A fake WeChat server")
    parser.add_argument("--port", type=int, default=18090)
    parser.add_argument("--host", default="127.0.0.1")
    arguments = parser.parse_args()
    with FakeWeChat(arguments.port, arguments.host) as wechat:
        print(f"{wechat.url} appid={APPID} secret={SECRET}", flush=True)  # noqa: T201
        threading.Event().wait()
