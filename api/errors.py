"""One exception, and one handler that renders every failure as `{"error", "code", "request_id"}`."""

from collections.abc import Mapping

import structlog
from quart import Quart, Response, g, has_request_context, json, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api import problems
from api.context import request_id
from api.problems import Problem

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


class ApiError(Exception):
    """A problem to tell the caller about; `retry_after` is in seconds, `values` fill its sentence."""

    def __init__(
        self,
        problem: Problem,
        *,
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.values = values
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)


def as_api_error(error: Exception) -> ApiError:
    """Any exception as the ApiError its caller will see."""
    if isinstance(error, ApiError):
        return error
    if not isinstance(error, HTTPException):
        return ApiError(problems.INTERNAL_ERROR)
    allow = ", ".join(sorted(error.valid_methods or ())) if isinstance(error, MethodNotAllowed) else ""
    problem = HTTP_PROBLEMS.get(error.code or 500, problems.BAD_REQUEST)
    return ApiError(problem, headers={"Allow": allow} if allow else None)


def register(app: Quart) -> None:
    app.register_error_handler(Exception, render)


async def render(error: Exception) -> Response:
    shown = as_api_error(error)
    if shown.problem is problems.INTERNAL_ERROR:
        log.error("internal_error", exc_info=error)
    return answer(shown)


def answer(error: ApiError, **details: object) -> Response:
    problem = error.problem
    g.code = problem.code
    body = {
        "error": _sentence(problem).format_map(error.values),
        "code": problem.code,
        "request_id": request_id(),
        **details,
    }
    response = Response(json.dumps(body, ensure_ascii=False), problem.status, content_type="application/json")
    response.headers.update(error.headers)
    return response


def _sentence(problem: Problem) -> str:
    # A WebSocket upgrade to an unknown address gets here without a request.
    if not has_request_context():
        return problem.zh
    languages = (tag[:2].lower() for tag in request.accept_languages.values())
    return problem.en if next((tag for tag in languages if tag in {"zh", "en"}), "zh") == "en" else problem.zh
