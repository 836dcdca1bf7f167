"""Whose login code is this? WeChat knows; development mode also takes anyone's word."""

import re
from typing import Protocol

from api import problems
from api.problems import Refusal

DEV_CODE = re.compile(r"dev:[A-Za-z0-9_-]{1,32}")


class Identity(Protocol):
    async def openid(self, code: str) -> str:
        """The user who was given this code, or Refusal."""
        ...

    async def close(self) -> None: ...


class DevIdentity:
    """Code `dev:<name>` is the user of that name (no real openid has a colon); WeChat, if set up, takes the others."""

    def __init__(self, wechat: Identity | None) -> None:
        self._wechat = wechat

    async def openid(self, code: str) -> str:
        if DEV_CODE.fullmatch(code):
            return code
        if self._wechat is None:
            raise Refusal(problems.INVALID_CODE)
        return await self._wechat.openid(code)

    async def close(self) -> None:
        if self._wechat is not None:
            await self._wechat.close()
