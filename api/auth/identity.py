"""Whose login code is this? WeChat knows; development mode also takes anyone's word."""

import re
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import TracebackType
from typing import Protocol, Self

from api import problems
from api.problems import Refusal

DEV_CODE = re.compile(r"dev:[A-Za-z0-9_-]{1,32}")


class Identity(AbstractAsyncContextManager["Identity"], Protocol):
    """Its connections are open inside of the block."""

    async def openid(self, code: str) -> str:
        """The user who was given this code, or Refusal."""
        ...


class DevIdentity:
    """Code `dev:<name>` is the user of that name (no real openid has a colon); WeChat, if set up, takes the others."""

    def __init__(self, wechat: Identity | None) -> None:
        self._wechat = wechat
        self._exits = AsyncExitStack()

    async def __aenter__(self) -> Self:
        if self._wechat is not None:
            await self._exits.enter_async_context(self._wechat)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._exits.aclose()

    async def openid(self, code: str) -> str:
        if DEV_CODE.fullmatch(code):
            return code
        if self._wechat is None:
            raise Refusal(problems.INVALID_CODE)
        return await self._wechat.openid(code)
