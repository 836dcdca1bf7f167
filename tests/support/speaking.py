"""Calls as a mini-program makes them, until a stack that was hurt speaks again."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import aiohttp

from tests.support.sessions import tls_session

SPOKEN = (200, "RIFF")
LONGEST_CALL_S = 70  # nginx gives up on an answer after 65
IN_A_ROW = 6
"""So many calls meet every process of every service, or nearly."""

ENDINGS = re.compile(r"RIFF|[a-z_]+|connection refused")


@dataclass(frozen=True)
class Caller:
    """`code` is the format of a login code: it takes a user's name."""

    edge: aiohttp.ClientSession
    code: str

    async def call(self) -> tuple[int, str]:
        """Log in and speak as a new user: the status, and how the speech begins or the error's code."""
        try:
            async with self.edge.post("/login", json={"code": self.code.format(uuid4().hex)}) as response:
                answer = await response.json()
                if response.status != 200:
                    return response.status, answer["code"]
            headers = {"Authorization": f"Bearer {answer['token']}"}
            text = f"第{uuid4().int % 10**6}次。"
            async with self.edge.post("/tts", json={"text": text}, headers=headers) as response:
                if response.status != 200:
                    return response.status, (await response.json())["code"]
                return 200, (await response.read())[:4].decode()
        except aiohttp.ClientConnectionError:
            return 0, "connection refused"  # while nginx itself is started again

    async def until_it_speaks(self, within_s: float) -> float:
        """Call until six calls in a row are speech: the seconds until the last that was not, 0 if all were.

        Each call must end in speech or in a clear error.
        """
        began = time.monotonic()
        silent, spoken = 0.0, 0
        async with asyncio.timeout(within_s):
            while spoken < IN_A_ROW:
                status, ending = await self.call()
                assert ENDINGS.fullmatch(ending), ending
                spoken = spoken + 1 if (status, ending) == SPOKEN else 0
                if not spoken:
                    silent = time.monotonic() - began
                await asyncio.sleep(0.1)
        return silent


@asynccontextmanager
async def calling(url: str, ca: Path, code: str) -> AsyncIterator[Caller]:
    """A caller of an edge, whose certificate `ca` signed, with a connection of its own for each call."""
    async with tls_session(url, ca, LONGEST_CALL_S, force_close=True) as session:
        yield Caller(session, code)
