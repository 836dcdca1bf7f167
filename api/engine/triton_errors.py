"""What Triton's errors mean to a caller."""

import re

import structlog

from api import problems
from api.problems import Refusal

log = structlog.get_logger()

RETRY_AFTER_S = 3
LOGGED_CHARACTERS = 200

MODEL_ERROR = re.compile(r"(?:in ensemble 'tts', )?(?P<code>[a-z_]+): ")
MODEL_PROBLEMS = {
    problem.code: problem
    for problem in (
        problems.NOTHING_TO_SPEAK,
        problems.UNKNOWN_VOICE,
        problems.INVALID_PARAMETER,
    )
}
GONE = ("StatusCode.UNAVAILABLE", "StatusCode.NOT_FOUND")  # a model being reloaded is not found
DEAD_MODEL = "is not healthy"  # one of its processes died; Triton itself never starts it again, the sidecar does
QUEUE_REFUSALS = ("Exceeds maximum queue size", "Request timeout expired")


def problem_of(status: str, message: str, address: str = "") -> Refusal:
    """What a caller is told about an error of Triton's; Triton's own words go no further than the log."""
    model_error = MODEL_ERROR.match(message)
    if status == "StatusCode.INVALID_ARGUMENT" and model_error and model_error["code"] in MODEL_PROBLEMS:
        return Refusal(MODEL_PROBLEMS[model_error["code"]])
    log.warning("engine_error", address=address, status=status, message=message[:LOGGED_CHARACTERS])
    if status in GONE or DEAD_MODEL in message:
        busy = any(refusal in message for refusal in QUEUE_REFUSALS)
        problem = problems.OVERLOADED if busy else problems.ENGINE_UNAVAILABLE
        return Refusal(problem, retry_after=RETRY_AFTER_S)
    if status == "StatusCode.DEADLINE_EXCEEDED":
        return Refusal(problems.SYNTHESIS_TIMEOUT)
    return Refusal(problems.SYNTHESIS_FAILED)
