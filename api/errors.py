"""Every failure of an HTTP request rendered by one handler as `{"error", "code", "request_id"}`."""

import structlog
from quart import Quart, Response, has_request_context, json, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api import exchange, problems
from api.problems import Language, Refusal

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
    current = exchange.current()
    current.code = refusal.problem.code
    body = problems.render(refusal, language(), current.id) | details
    response = Response(json.dumps(body, ensure_ascii=False), refusal.problem.status, content_type="application/json")
    response.headers.update(refusal.headers)
    return response


def language() -> Language:
    """Of the sentences that the caller is told."""
    # A WebSocket upgrade to an unknown address gets here without a request.
    if not has_request_context():
        return "zh"
    languages = (tag[:2].lower() for tag in request.accept_languages.values())
    return "en" if next((tag for tag in languages if tag in {"zh", "en"}), "zh") == "en" else "zh"
