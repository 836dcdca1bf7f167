"""WeChat's jscode2session: a mini-program's login code → the user's openid.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
"""

import asyncio
import json
import math
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from types import TracebackType
from typing import Any, Protocol, Self

import structlog
from aiohttp import (
    ClientConnectionError,
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ServerDisconnectedError,
)

from api import problems
from api.auth.breaker import Breaker
from api.problems import Problem, Refusal

log = structlog.get_logger()

OPENID = re.compile(r"[A-Za-z0-9_-]{1,128}")
PAUSE_S = 5.0
JITTER_S = 3.0
"""Those who were refused during a pause do not all come back at its end, when there is one trial."""

PAUSES_S = {-1: PAUSE_S, 45011: 60.0}
"""What these answers ask for. They say that WeChat did not look at the code: it is still good."""

PROBLEMS = {
    -1: problems.WECHAT_BUSY,
    40013: problems.WECHAT_MISCONFIGURED,  # bad AppID
    40029: problems.INVALID_CODE,
    40125: problems.WECHAT_MISCONFIGURED,  # bad AppSecret
    40163: problems.CODE_USED,
    40226: problems.LOGIN_BLOCKED,
    45011: problems.LOGIN_TOO_FREQUENT,
}


class CodeClaims(Protocol):
    """Which codes were sent before."""

    async def claim(self, code: str) -> bool: ...
    async def release(self, code: str) -> None: ...


class UnspentRefusal(Refusal):
    """WeChat did not take the code, so the same code may be posted again."""


class WeChat:
    """The real Identity, open inside of its block. WeChat's session_key is dropped at once; nothing here needs it.

    At most `at_once` codes are with WeChat at a time. When it fails again and again nobody asks for a while.
    """

    _session: ClientSession

    def __init__(  # noqa: PLR0913 - what WeChat wants to know, and how much we ask of it
        self, url: str, appid: str, secret: str, timeout_s: float, codes: CodeClaims, *, at_once: int
    ) -> None:
        self._url = f"{url.rstrip('/')}/sns/jscode2session"
        self._credentials = {"appid": appid, "secret": secret, "grant_type": "authorization_code"}
        self._timeout_s = timeout_s
        self._codes = codes
        self._slots = asyncio.Semaphore(at_once)
        self._breaker = Breaker(timeout_s)

    async def __aenter__(self) -> Self:
        self._session = ClientSession(timeout=ClientTimeout(total=self._timeout_s), middlewares=(_send_once,))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._session.close()

    async def openid(self, code: str) -> str:
        if pause_s := self._breaker.pause_s:  # before the code is claimed
            raise _busy(pause_s)
        if not await self._codes.claim(code):
            raise Refusal(problems.CODE_USED)
        try:
            answer = await self._exchange(code)
        except UnspentRefusal:
            await self._codes.release(code)
            raise
        openid = answer.get("openid")
        if not isinstance(openid, str) or not OPENID.fullmatch(openid):
            raise _failure("no openid")
        return openid

    async def _exchange(self, code: str) -> dict[str, Any]:
        """WeChat's answer if it is a good one; the breaker learns how it went."""
        async with self._slot():
            if not self._breaker.enter():
                raise _busy(self._breaker.pause_s)
            try:
                answer = await self._ask(code)
            except Refusal:
                self._breaker.failed(PAUSE_S)
                raise
            errcode = answer.get("errcode", 0)
            if pause_s := PAUSES_S.get(errcode) if isinstance(errcode, int) else None:
                self._breaker.failed(pause_s)
            else:
                self._breaker.succeeded()
        if errcode != 0:
            raise _refusal_of(errcode)
        return answer

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._slots.acquire()
        except TimeoutError:
            raise _busy(PAUSE_S) from None
        try:
            yield
        finally:
            self._slots.release()

    async def _ask(self, code: str) -> dict[str, Any]:
        # Errors are logged by type only: their texts carry the URL, and so the secret.
        try:
            async with self._session.get(
                self._url, params={**self._credentials, "js_code": code}, allow_redirects=False
            ) as response:
                answer = json.loads(await response.read())  # WeChat calls its JSON text/plain
        except TimeoutError:
            log.warning("wechat_timeout")
            # WeChat may have taken the code.
            raise Refusal(problems.WECHAT_TIMEOUT) from None
        except ClientConnectorError as error:
            raise _failure(type(error).__name__, UnspentRefusal) from None
        except (ClientError, OSError, ValueError, RecursionError) as error:
            raise _failure(type(error).__name__) from None
        if response.status != HTTPStatus.OK or not isinstance(answer, dict):
            raise _failure(f"status {response.status}")
        return answer


async def _send_once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """aiohttp repeats a GET whose connection broke, if it broke with one of these errors; a code is sent only once."""
    try:
        return await handler(request)
    except ClientConnectorError:
        raise  # never sent, and not repeated
    except (ClientOSError, ServerDisconnectedError) as error:
        raise ClientConnectionError(type(error).__name__) from error


def _refusal_of(errcode: object) -> Refusal:
    if not isinstance(errcode, int) or errcode not in PROBLEMS:
        return _failure(f"errcode {errcode!r:.20}")
    problem = PROBLEMS[errcode]
    report = log.error if problem is problems.WECHAT_MISCONFIGURED else log.info
    report("wechat_refused", errcode=errcode)
    if errcode in PAUSES_S:
        return _later(problem, PAUSES_S[errcode])
    return Refusal(problem)


def _busy(pause_s: float) -> UnspentRefusal:
    return _later(problems.WECHAT_BUSY, pause_s)


def _later(problem: Problem, pause_s: float) -> UnspentRefusal:
    jitter_s = random.uniform(0, JITTER_S)  # noqa: S311 - spreads callers, keeps no secret
    return UnspentRefusal(problem, retry_after=math.ceil(pause_s + jitter_s))


def _failure(reason: str, kind: type[Refusal] = Refusal) -> Refusal:
    log.warning("wechat_failed", reason=reason)
    return kind(problems.WECHAT_FAILED)
