"""What schemathesis cannot know of this API."""

import re
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import RejectedPositiveData

from api.settings import Settings
from api.views.bodies import OPENAI_CHARACTERS, TEXT_PATTERN

LIMITS = {"text": Settings.model_fields["max_text_characters"].default, "input": OPENAI_CHARACTERS}
LONG, SHORT = 100, 8
"""Characters."""

BEYOND_A_SCHEMA = {
    "invalid_bit_rate",  # depends on the format, as the next
    "invalid_sample_rate",
    "invalid_timestamps",  # depends on the stream_format
    "invalid_ssml",
    "invalid_pronunciation",  # depends on the characters that it is said of
    "invalid_reading",  # depends on the word
    "invalid_word",
    "invalid_lexicon",
    "dictation_too_long",
    "text_missing",  # of a batch, whose items may leave it to the body
    "text_too_long",  # of all items of a batch together
    "nothing_to_speak",
    "not_supported_by_engine",
    "unknown_voice",
    "invalid_code",  # WeChat knows, as of the next
    "code_used",
}


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """Shortens good texts that would be spoken for minutes."""
    if isinstance(case.body, dict):
        items = case.body.get("items")
        for said in (case.body, *(items if isinstance(items, list) else ())):
            _shorten(said)


@schemathesis.hook
def filter_failure(_context: HookContext, failure: Failure, _case: Case[Any], response: Response) -> bool:
    """A schema cannot say all that makes a request invalid."""
    return not (isinstance(failure, RejectedPositiveData) and _code(response) in BEYOND_A_SCHEMA)


@schemathesis.check
def code_conformance(_ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """An error's code is one that the operation lists for its status; 405 is of no operation."""
    if response.status_code >= 400 and response.status_code != 405:
        listed = case.operation.definition.raw["responses"][str(response.status_code)]["description"]
        assert f"`{_code(response)}`" in listed, f"{_code(response)} is not among {listed}"


def _code(response: Response) -> object:
    answer = response.json()
    return answer["code"] if "code" in answer else answer["error"]["code"]


def _shorten(said: Any) -> None:
    for field, limit in LIMITS.items():
        text = said.get(field) if isinstance(said, dict) else None
        if isinstance(text, str) and LONG < len(text) <= limit and re.fullmatch(TEXT_PATTERN, text):
            said[field] = text.strip()[:SHORT]
