"""What Triton's errors mean."""

import re

import structlog

from api import problems
from api.engine.errors import (
    BadTakeError,
    CannotInspectError,
    EngineAwayError,
    EngineError,
    EngineFailedError,
    EngineOverloadedError,
    EngineTimeoutError,
    Fault,
    NothingToSpeakError,
    RefusedError,
)

log = structlog.get_logger()

LOGGED_CHARACTERS = 200

MODEL_ERROR = re.compile(r"(?:in ensemble 'tts', )?(?P<code>[a-z_]+): ")
REFUSALS = {
    problem.code: (problem, field)
    for problem, field in (
        (problems.UNKNOWN_VOICE, "voice"),
        (problems.NOT_SUPPORTED_BY_ENGINE, None),
        (problems.INVALID_PARAMETER, None),
        (problems.INVALID_PRONUNCIATION, None),
    )
}
MARK = re.compile(r"‹[^‹›]*›")
WHAT = re.compile(r"[^:：]*$")
"""What an engine's sentence is about stands at its end, behind a colon."""

GONE = ("StatusCode.UNAVAILABLE", "StatusCode.NOT_FOUND")  # a model being reloaded is not found
UNKNOWN_MODEL = "Request for unknown model: 'inspect'"
DEAD_MODEL = "is not healthy"  # one of its processes died; Triton itself never starts it again, the sidecar does
QUEUE_REFUSALS = ("Exceeds maximum queue size", "Request timeout expired")


def engine_error(status: str, message: str, address: str = "") -> EngineError:
    """Triton's own words go no further than the log."""
    model_error = MODEL_ERROR.match(message)
    if status == "StatusCode.INVALID_ARGUMENT" and model_error:
        if model_error["code"] == problems.NOTHING_TO_SPEAK.code:
            return NothingToSpeakError()
        if model_error["code"] == Fault.RUNAWAY:
            return BadTakeError(Fault.RUNAWAY)
        if model_error["code"] in REFUSALS:
            problem, field = REFUSALS[model_error["code"]]
            return RefusedError(problem, field=field, **_named(message))
    if UNKNOWN_MODEL in message:
        return CannotInspectError(status)
    log.warning("engine_error", address=address, status=status, message=message[:LOGGED_CHARACTERS])
    return _failure(status, message)


def _named(message: str) -> dict[str, str]:
    """What the sentences of problems name of an engine's."""
    mark, what = MARK.search(message), WHAT.findall(message)[0].strip()
    return {"mark": mark[0] if mark else "", "what": what, "voice": what, "nearest": ""}


def _failure(status: str, message: str) -> EngineError:
    if status in GONE and any(refusal in message for refusal in QUEUE_REFUSALS):
        return EngineOverloadedError(status)
    if status in GONE or DEAD_MODEL in message:
        return EngineAwayError(status)
    if status == "StatusCode.DEADLINE_EXCEEDED":
        return EngineTimeoutError(status)
    return EngineFailedError(status)
