"""Many users, each within the limits of one and at an address of its own, as over a network."""

import asyncio
import contextlib
import itertools
import socket
import ssl
import time
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp

CALLS, CHARACTERS = 10, 3000
"""What a user may ask for within the window, as the service has it by default."""

WINDOW_S = 65.0
"""A little longer than the service's 60 s: we count a call when it has ended."""

TOKEN_S = 3000.0
"""Tokens live for an hour; a user with an older one goes home."""

AT_A_TIME = 8
"""Who are invited log in so many at a time."""

LOGIN_TRIES = 60
LOGIN_PAUSE_S = 1.0


class LoginError(Exception):
    """Nobody can log in any more."""


@dataclass
class User:
    session: aiohttp.ClientSession
    token: str
    since: float
    spent: deque[tuple[float, int]] = field(default_factory=deque)
    """When each call of the last window ended, and its characters."""

    sockets: list[socket.socket] = field(default_factory=list)

    def hang_up(self) -> None:
        """Leave as an app does that is closed. asyncio would say so in TLS, and wait half a minute for an answer."""
        for connection in self.sockets:
            with contextlib.suppress(OSError):  # already closed
                connection.shutdown(socket.SHUT_RDWR)
        self.sockets.clear()

    def has_room(self, characters: int, now: float) -> bool:
        while self.spent and self.spent[0][0] < now - WINDOW_S:
            self.spent.popleft()
        return len(self.spent) < CALLS and sum(cost for _, cost in self.spent) + characters <= CHARACTERS


class Users:
    """Whoever called longest ago calls next, of those for whom it would not be too often; else somebody new comes.

    `receive_buffer` is the size of the sockets' buffers, for those who read slowly: the kernel's default would read for
    them.
    """

    _numbers = itertools.count(1)

    def __init__(self, url: str, context: ssl.SSLContext, receive_buffer: int | None = None) -> None:
        self._url, self._context, self._receive_buffer = url, context, receive_buffer
        self._free: deque[User] = deque()
        self._sessions: list[aiohttp.ClientSession] = []

    def __len__(self) -> int:
        """How many have come, and not gone home."""
        return len(self._sessions)

    async def invite(self, count: int) -> None:
        """So many users come before they are needed, each logged in, on a connection that is kept."""
        turns = asyncio.Semaphore(AT_A_TIME)

        async def come() -> User:
            async with turns:
                return await self._welcome()

        self._free.extend(await asyncio.gather(*(come() for _ in range(count))))

    async def take(self, characters: int) -> User:
        """A user who may ask for so many characters and has nothing in progress."""
        now = time.monotonic()
        while self._free and self._free[0].since < now - TOKEN_S:
            await self._leave(self._free.popleft())
        user = next((one for one in self._free if one.has_room(characters, now)), None)
        if user is None:
            return await self._welcome()
        self._free.remove(user)
        return user

    def give_back(self, user: User, characters: int | None) -> None:
        """`characters` of a call that counts, none of one that was refused."""
        if characters is not None:
            user.spent.append((time.monotonic(), characters))
        self._free.append(user)

    async def close(self) -> None:
        for session in self._sessions:
            await session.close()

    async def _welcome(self) -> User:
        number, sockets = next(self._numbers), list[socket.socket]()
        connector = aiohttp.TCPConnector(
            ssl=self._context,
            local_addr=(address(number), 0),
            limit=0,
            keepalive_timeout=15,  # less than the edge keeps an idle connection
            socket_factory=partial(self._socket, sockets),
        )
        session = aiohttp.ClientSession(self._url, connector=connector, timeout=aiohttp.ClientTimeout(total=None))
        self._sessions.append(session)
        return User(session, await self._login(session, number), time.monotonic(), sockets=sockets)

    async def _login(self, session: aiohttp.ClientSession, number: int) -> str:
        for _ in range(LOGIN_TRIES):
            try:
                async with session.post("/login", json={"code": f"dev:caller{number}"}) as response:
                    if response.ok:
                        return str((await response.json())["token"])
            except aiohttp.ClientError:
                pass  # as while a copy of the edge is started again
            await asyncio.sleep(LOGIN_PAUSE_S)
        raise LoginError(self._url)

    async def _leave(self, user: User) -> None:
        self._sessions.remove(user.session)
        await user.session.close()

    def _socket(self, made_before: list[socket.socket], address_info: tuple[Any, ...]) -> socket.socket:
        made = socket.socket(*address_info[:3])
        made_before[:] = [one for one in made_before if one.fileno() >= 0] + [made]
        if self._receive_buffer:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        return made


def address(number: int) -> str:
    """The loopback address of a user: all of 127.0.0.0/8 is this machine."""
    return f"127.{1 + number // 65536}.{number // 256 % 256}.{number % 256}"
