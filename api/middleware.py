"""ASGI middleware: every request is an exchange, with one log line and one count when its answer has been sent.

It stands outside of Quart, because Quart's own hooks run before a body that is made piece by piece.
"""

import asyncio
from http import HTTPStatus
from typing import Any

import structlog

from api import exchange as exchanges
from api.exchange import Exchange
from api.metrics import Metrics
from api.problems import Refusal

log = structlog.get_logger()

QUIET = {"/healthz", "/readyz", "/metrics"}
FIXED = ((b"cache-control", b"no-store"),)  # tokens and private speech


class ExchangeMiddleware:
    def __init__(self, app: Any, metrics: Metrics, longest_wait_s: float) -> None:
        self._app = app
        self._metrics = metrics
        self._longest_wait_s = longest_wait_s

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        exchange = exchanges.begin(dict(scope["headers"]), self._longest_wait_s)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=exchange.id)

        async def watched(message: Any) -> None:
            await send(_noted(exchange, message))
            # To a client that left hypercorn sends nothing, at once and without an error: let it tell the app so.
            await asyncio.sleep(0)
            if message["type"].endswith("http.response.body") and not message.get("more_body", False):
                exchange.finished = True

        try:
            await self._app(scope, receive, watched)
        except Refusal as refusal:  # in the middle of an answer, which ends without its end
            exchange.error = refusal
        except BaseException as error:
            exchange.error = error
            raise
        finally:
            await exchange.close()
            report(exchange, scope.get("method", "WEBSOCKET"), self._metrics)


def report(exchange: Exchange, method: str, metrics: Metrics) -> None:
    """Write down, and count, what has become of it."""
    status, code = exchange.outcome
    metrics.requests.labels(exchange.route, status, code).inc()
    write = log.debug if exchange.route in QUIET else log.info
    write(
        "request",
        request_id=exchange.id,
        method=method,
        route=exchange.route,
        status=status,
        code=code,
        bytes=exchange.sent_bytes,
        elapsed_ms=round(exchange.elapsed_s * 1000),
    )


def _noted(exchange: Exchange, message: Any) -> Any:
    """Notes what a message says of the answer; the start of an answer gets the headers that every answer has."""
    kind = message["type"].removeprefix("websocket.")  # a refused upgrade is answered in HTTP
    if kind == "http.response.start":
        exchange.status = message["status"]
        headers = [*message["headers"], (exchanges.REQUEST_ID, exchange.id.encode()), *FIXED]
        return {**message, "headers": headers}
    if kind == "http.response.body":
        exchange.sent_bytes += len(message.get("body", b""))
    if kind == "accept":  # what is said then is answered by itself
        exchange.status, exchange.finished = HTTPStatus.SWITCHING_PROTOCOLS.value, True
    if kind == "send":
        exchange.sent_bytes += len(message.get("bytes") or message.get("text") or b"")
    return message
