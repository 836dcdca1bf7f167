"""What every request carries: its id, in each answer and on each log line."""

import re
from uuid import uuid4

import structlog
from quart import Quart, Response, g, has_request_context, request

HEADER = "X-Request-Id"
ACCEPTED = re.compile(r"[A-Za-z0-9-]{8,64}")


def request_id() -> str:
    """The id nginx gave this request, or a new one."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "") if has_request_context() else ""
        g.request_id = given if ACCEPTED.fullmatch(given) else uuid4().hex
    return str(g.request_id)


def register(app: Quart) -> None:
    app.before_request(_begin)
    app.after_request(_finish)


async def _begin() -> None:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id())


async def _finish(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    response.headers["Cache-Control"] = "no-store"  # tokens and private speech
    return response
