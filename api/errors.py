"""Every failure of an HTTP request rendered by one handler: `{"error", "code", "request_id"}`, or in OpenAI's form."""

from collections.abc import Callable

import structlog
from quart import Quart, Response, has_request_context, has_websocket_context, json, request, websocket
from quart.wrappers import Request, Websocket
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api import exchange, problems
from api.problems import Language, Refusal, render

log = structlog.get_logger()

HTTP_PROBLEMS = {
    problem.status: problem
    for problem in (
        problems.NOT_FOUND,
        problems.METHOD_NOT_ALLOWED,
        problems.REQUEST_TIMEOUT,
        problems.PAYLOAD_TOO_LARGE,
        problems.UNSUPPORTED_MEDIA_TYPE,
        problems.INTERNAL_ERROR,
    )
}

OPENAI_PATHS = ("/v1/audio/", "/v1/models")
OPENAI_TYPES = {
    **dict.fromkeys((400, 404, 405, 408, 413, 415), "invalid_request_error"),
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
}


def as_refusal(error: BaseException) -> Refusal:
    """Any exception as the Refusal its caller will see."""
    if isinstance(error, Refusal):
        return error
    if not isinstance(error, HTTPException):
        return Refusal(problems.INTERNAL_ERROR)
    allow = ", ".join(sorted(error.valid_methods or ())) if isinstance(error, MethodNotAllowed) else ""
    problem = HTTP_PROBLEMS.get(error.code or 500, problems.BAD_REQUEST)
    return Refusal(problem, headers={"Allow": allow} if allow else None)


def register(app: Quart) -> None:
    app.register_error_handler(Exception, handle)


async def handle(error: Exception) -> Response:
    refusal = as_refusal(error)
    exchange.current().error = error
    if refusal.problem is problems.INTERNAL_ERROR:
        log.error("internal_error", exc_info=error)
    return answer(refusal)


def answer(refusal: Refusal, **details: object) -> Response:
    exchange.current().code = refusal.problem.code
    body = {**teller()(refusal), **details}
    response = Response(json.dumps(body, ensure_ascii=False), refusal.problem.status, content_type="application/json")
    response.headers.update(refusal.headers)
    return response


def teller() -> Callable[[Refusal], dict[str, object]]:
    """What this request's caller is told of a refusal: in its language, in the form of its surface.

    It may be asked when the request is over, and its answer is being sent.
    """
    request_id, language, asked = exchange.current().id, caller_language(), _asked()
    if asked and asked.path.startswith(OPENAI_PATHS):
        return lambda refusal: {"error": _as_openai(render(refusal, language, request_id), refusal)}
    return lambda refusal: render(refusal, language, request_id)


def _as_openai(told: dict[str, object], refusal: Refusal) -> dict[str, object]:
    return {
        "message": told["error"],
        "type": OPENAI_TYPES.get(refusal.problem.status, "server_error"),
        "param": refusal.values.get("field"),
        "code": told["code"],
        "request_id": told["request_id"],
    }


def caller_language() -> Language:
    asked = _asked()
    languages = (tag[:2].lower() for tag in asked.accept_languages.values()) if asked else ()
    return "en" if next((tag for tag in languages if tag in {"zh", "en"}), "zh") == "en" else "zh"


def _asked() -> Request | Websocket | None:
    """What the caller began with; an upgrade to a WebSocket at an unknown address gets here without it."""
    if has_websocket_context():
        return websocket
    return request if has_request_context() else None
