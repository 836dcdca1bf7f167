"""One request and its answer, from the first byte to the last: its id, its deadline, what became of it."""

import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import uuid4

from api import problems
from api.problems import Refusal

REQUEST_ID = b"x-request-id"
REQUEST_START = b"x-request-start"
ACCEPTED_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass
class Exchange:
    """`exits` are left when the answer has been sent, or will never be, with the error that the request ended in.

    `waited_s` is how long the edge had the request before it came here, on its first try at another replica included.
    """

    id: str
    waited_s: float = 0.0
    began: float = field(default_factory=time.monotonic)
    route: str = "unmatched"
    status: int = 0
    code: str = "ok"
    sent_bytes: int = 0
    finished: bool = False
    error: BaseException | None = None
    exits: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def outcome(self) -> tuple[int, str]:
        """Status and code, for the record: an answer without its end, and without a reason, is a client that left."""
        if not self.finished and not isinstance(self.error, Refusal):
            return problems.CLIENT_GONE.status, problems.CLIENT_GONE.code
        return self.status, self.code

    async def close(self) -> None:
        error = self.error
        await self.exits.__aexit__(type(error) if error else None, error, error.__traceback__ if error else None)

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.began


_current: ContextVar[Exchange] = ContextVar("exchange")


def current() -> Exchange:
    """The exchange that this code runs for."""
    exchange = _current.get(None)
    if exchange is None:
        exchange = Exchange(uuid4().hex)
        _current.set(exchange)
    return exchange


def begin(headers: Mapping[bytes, bytes], longest_wait_s: float) -> Exchange:
    """A new exchange, with the id and the moment of arrival that the edge gave it, if they are of its form."""
    given = headers.get(REQUEST_ID, b"").decode("latin-1")
    exchange = Exchange(
        given if ACCEPTED_ID.fullmatch(given) else uuid4().hex,
        _waited(headers.get(REQUEST_START, b""), longest_wait_s),
    )
    _current.set(exchange)
    return exchange


@asynccontextmanager
async def part(number: int) -> AsyncIterator[Exchange]:
    """A part of the current exchange that is an exchange of its own, with an id of its own; current in the block."""
    whole = current()
    exchange = Exchange(f"{whole.id}-{number}", route=whole.route)
    token = _current.set(exchange)
    try:
        yield exchange
    finally:
        _current.reset(token)
        await exchange.close()


def _waited(start: bytes, longest_s: float) -> float:
    """Seconds since a Unix time; within bounds, since the edge's clock may be another machine's."""
    try:
        return min(max(0.0, time.time() - float(start)), longest_s)
    except ValueError:
        return 0.0
