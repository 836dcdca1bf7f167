"""WeChat's jscode2session: a mini-program's login code → the user's openid.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
"""

import json
import re
from functools import cached_property
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout

from api import problems
from api.auth.codes import Codes
from api.problems import Refusal

log = structlog.get_logger()

OPENID = re.compile(r"[A-Za-z0-9_-]{1,128}")
RETRY_AFTER_S = {-1: 5, 45011: 60}
PROBLEMS = {
    -1: problems.WECHAT_BUSY,
    40013: problems.WECHAT_MISCONFIGURED,  # bad AppID
    40029: problems.INVALID_CODE,
    40125: problems.WECHAT_MISCONFIGURED,  # bad AppSecret
    40163: problems.CODE_USED,
    40226: problems.LOGIN_BLOCKED,
    45011: problems.LOGIN_TOO_FREQUENT,
}


class WeChat:
    """The real Identity. WeChat's session_key is dropped at once; nothing here needs it."""

    def __init__(self, url: str, appid: str, secret: str, timeout_s: float, codes: Codes) -> None:
        self._url = f"{url.rstrip('/')}/sns/jscode2session"
        self._credentials = {"appid": appid, "secret": secret, "grant_type": "authorization_code"}
        self._timeout = ClientTimeout(total=timeout_s)
        self._codes = codes

    async def openid(self, code: str) -> str:
        if not await self._codes.claim(code):
            raise Refusal(problems.CODE_USED)
        answer = await self._ask(code)
        errcode = answer.get("errcode", 0)
        if errcode != 0:
            raise _refused(errcode)
        openid = answer.get("openid")
        if not isinstance(openid, str) or not OPENID.fullmatch(openid):
            raise _failed("no openid")
        return openid

    async def close(self) -> None:
        if "_session" in self.__dict__:
            await self._session.close()

    @cached_property
    def _session(self) -> ClientSession:
        session = ClientSession(timeout=self._timeout)
        # aiohttp repeats a GET whose connection broke, with no public way to stop it; a code must not be sent twice.
        session._retry_connection = False  # noqa: SLF001
        return session

    async def _ask(self, code: str) -> dict[str, Any]:
        # Errors are logged by type only: their texts carry the URL, and so the secret.
        try:
            async with self._session.get(
                self._url, params={**self._credentials, "js_code": code}, allow_redirects=False
            ) as response:
                answer = json.loads(await response.read())  # WeChat calls its JSON text/plain
        except TimeoutError:
            log.warning("wechat_timeout")
            raise Refusal(problems.WECHAT_TIMEOUT) from None
        except (ClientError, OSError, ValueError, RecursionError) as error:
            raise _failed(type(error).__name__) from None
        if response.status != HTTPStatus.OK or not isinstance(answer, dict):
            raise _failed(f"status {response.status}")
        return answer


def _refused(errcode: object) -> Refusal:
    if not isinstance(errcode, int) or errcode not in PROBLEMS:
        return _failed(f"errcode {errcode!r:.20}")
    problem = PROBLEMS[errcode]
    report = log.error if problem is problems.WECHAT_MISCONFIGURED else log.info
    report("wechat_refused", errcode=errcode)
    return Refusal(problem, retry_after=RETRY_AFTER_S.get(errcode))


def _failed(reason: str) -> Refusal:
    log.warning("wechat_failed", reason=reason)
    return Refusal(problems.WECHAT_FAILED)
