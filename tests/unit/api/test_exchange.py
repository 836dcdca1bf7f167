"""An exchange knows its id, how long it waited before, and how it ended."""

import asyncio
import time
from contextlib import asynccontextmanager
from typing import Any

import pytest

from api import exchange as exchanges
from api.exchange import Exchange
from api.metrics import Metrics
from api.middleware import ExchangeMiddleware


@pytest.mark.parametrize(
    ("start", "waited_s"),
    [
        (lambda now: f"{now - 3:.3f}", 3.0),
        (lambda now: f"{now - 1000:.3f}", 50.0),
        (lambda now: f"{now + 1000:.3f}", 0.0),
        (lambda _: "yesterday", 0.0),
        (lambda _: "nan", 0.0),
        (lambda _: "", 0.0),
    ],
)
def test_time_spent_at_the_edge(start: Any, waited_s: float) -> None:
    """The edge says when a request came, within what can be true; anything else counts as just now."""
    headers = {b"x-request-start": start(time.time()).encode()}
    assert waited_s == pytest.approx(exchanges.begin(headers, 50.0).waited_s, abs=0.5)


def test_an_answer_that_was_not_sent_to_its_end() -> None:
    """Whatever its status was going to be, it is recorded as a client that left."""
    exchange = Exchange("an-id-of-nginx", status=200)
    assert (499, "client_gone") == exchange.outcome
    exchange.finished = True
    assert (200, "ok") == exchange.outcome


async def through_the_middleware(app: Any) -> list[Any]:
    """What an ASGI app sends for one request."""
    sent = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {"type": "http", "method": "GET", "headers": [(b"x-request-id", b"an-id-of-nginx")]}
    await ExchangeMiddleware(app, Metrics(), 50.0)(scope, receive, send)
    return sent


async def answer(send: Any, *, end: bool = True) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"123", "more_body": True})
    if end:
        await send({"type": "http.response.body", "body": b"45"})


async def test_every_answer_has_its_headers() -> None:
    """The id that nginx gave, and no cache."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await answer(send)

    start = (await through_the_middleware(app))[0]
    assert {b"x-request-id": b"an-id-of-nginx", b"cache-control": b"no-store"} == dict(start["headers"])


async def test_exits_are_left_when_the_answer_was_sent() -> None:
    """What a view opened for a request is closed after the last byte, and not when the view returns."""
    order = []

    @asynccontextmanager
    async def resource() -> Any:
        yield
        order.append(exchanges.current().outcome)

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await exchanges.current().exits.enter_async_context(resource())
        await answer(send)
        order.append("sent")

    await through_the_middleware(app)
    assert ["sent", (200, "ok")] == order


@pytest.mark.parametrize("kind", [KeyError, asyncio.CancelledError])
async def test_exits_see_the_error(kind: type[BaseException]) -> None:
    """An error in the middle reaches what a view opened, so that it can tell a failure from an end."""
    seen = []

    @asynccontextmanager
    async def resource() -> Any:
        try:
            yield
        except BaseException as error:
            seen.append(type(error))
            raise

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await exchanges.current().exits.enter_async_context(resource())
        await answer(send, end=False)
        raise kind

    with pytest.raises(kind):
        await through_the_middleware(app)
    assert [kind] == seen
