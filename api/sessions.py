"""The WebSocket sessions of this process: how many there may be, and their end when it stops."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from api import problems
from api.auth.principal import Principal
from api.problems import Refusal

PER_CALL = 4
"""Sessions that an account may have for each call that it may have in progress."""

RETRY_S = 5


class Session(Protocol):
    def stop(self) -> None:
        """End when nothing is written or spoken any more, at once where nothing is."""
        ...


class Sessions:
    def __init__(self, most: int) -> None:
        self._most = most
        self._open = set[Session]()
        self._accounts = Counter[str]()
        self._stopping = False

    @contextmanager
    def enter(self, session: Session) -> Iterator[None]:
        """While it is open, or `Refusal` when there are too many."""
        if self._stopping or len(self._open) >= self._most:
            raise Refusal(problems.OVERLOADED, retry_after=RETRY_S)
        self._open.add(session)
        try:
            yield
        finally:
            self._open.discard(session)

    @contextmanager
    def count(self, principal: Principal) -> Iterator[None]:
        """While one of them is this caller's, or `Refusal` when the caller has too many."""
        most = PER_CALL * principal.plan.in_progress
        if self._accounts[principal.hash] >= most:
            raise Refusal(problems.TOO_MANY_SESSIONS, limit=most)
        self._accounts[principal.hash] += 1
        try:
            yield
        finally:
            self._accounts -= Counter([principal.hash])

    def stop(self) -> None:
        self._stopping = True
        for session in self._open:
            session.stop()
