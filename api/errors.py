"""Every failure of an HTTP request rendered by one handler: `{"error", "code", "request_id"}`, or in OpenAI's form."""

from collections.abc import Callable, Mapping
from typing import Annotated

import structlog
from pydantic import Field, with_config
from quart import Quart, Response, has_request_context, has_websocket_context, json, request, websocket
from quart.wrappers import Request, Websocket
from typing_extensions import TypedDict
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api import exchange, problems
from api.problems import ErrorAnswer, Language, Refusal, render

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


@with_config(use_attribute_docstrings=True)
class OpenAIError(TypedDict):
    """OpenAI 格式的错误。What went wrong, in OpenAI's form."""

    message: Annotated[str, Field(examples=["调用过于频繁，请稍后再试"])]
    """给用户看的一句话。A sentence for the user, in Chinese or, with `Accept-Language: en`, in English."""
    type: Annotated[str, Field(examples=["rate_limit_error"])]
    """OpenAI 的错误类别。OpenAI's kind of error."""
    param: Annotated[str | None, Field(examples=["speed"])]
    """出错的字段。The field that is wrong."""
    code: Annotated[str, Field(examples=["rate_limited"])]
    """稳定的错误码。Stable."""
    request_id: Annotated[str, Field(examples=["447166674b7c3f53258c78992beb8db5"])]
    """查日志用。By which the request is found in the logs."""


@with_config(use_attribute_docstrings=True)
class OpenAIErrorAnswer(TypedDict):
    """OpenAI 格式的错误。An error in OpenAI's form."""

    error: OpenAIError
    """出了什么错。What went wrong."""


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


def teller() -> Callable[[Refusal], Mapping[str, object]]:
    """What this request's caller is told of a refusal: in its language, in the form of its surface.

    It may be asked when the request is over, and its answer is being sent.
    """
    request_id, language, asked = exchange.current().id, caller_language(), caller()
    if asked and asked.path.startswith(OPENAI_PATHS):
        return lambda refusal: as_openai(render(refusal, language, request_id), refusal)
    return lambda refusal: render(refusal, language, request_id)


def as_openai(told: ErrorAnswer, refusal: Refusal) -> OpenAIErrorAnswer:
    field = refusal.values.get("field")
    error: OpenAIError = {
        "message": told["error"],
        "type": OPENAI_TYPES.get(refusal.problem.status, "server_error"),
        "param": None if field is None else str(field),
        "code": told["code"],
        "request_id": told["request_id"],
    }
    return {"error": error}


def caller_language() -> Language:
    asked = caller()
    languages = (tag[:2].lower() for tag in asked.accept_languages.values()) if asked else ()
    return "en" if next((tag for tag in languages if tag in {"zh", "en"}), "zh") == "en" else "zh"


def caller() -> Request | Websocket | None:
    """What the caller began with; an upgrade to a WebSocket at an unknown address gets here without it."""
    if has_websocket_context():
        return websocket
    return request if has_request_context() else None
