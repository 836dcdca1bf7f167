"""What the addresses under `/tts` accept, checked field by field."""

import unicodedata
from typing import Annotated, Any

from pydantic import Field

from api import problems
from api.audio.formats import Encoding, encoding_of
from api.body import StrictModel, validate
from api.problems import Refusal
from api.synthesis.emotions import EMOTIONS, PRESETS, Vector
from api.synthesis.request import SpeechRequest
from api.views.forms import FORMS

BLAME = {
    "text": problems.INVALID_TEXT,
    "text:missing": problems.TEXT_MISSING,
    "emotion": problems.INVALID_EMOTION,
    "speed": problems.INVALID_SPEED,
    "response_format": problems.INVALID_FORMAT,
    "sample_rate": problems.INVALID_SAMPLE_RATE,
    "bit_rate": problems.INVALID_BIT_RATE,
    "stream_format": problems.INVALID_STREAM_FORMAT,
}

Strength = Annotated[float, Field(ge=0, le=1)]


class SpeechBody(StrictModel):
    text: str
    emotion: str | Annotated[list[Strength], Field(min_length=len(EMOTIONS), max_length=len(EMOTIONS))] = "neutral"
    speed: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    response_format: str = "wav"
    sample_rate: int | None = None
    bit_rate: int | None = None


class StreamBody(SpeechBody):
    response_format: str = "mp3"
    stream_format: str = "audio"


def parse(body: dict[str, Any], voice: str, max_characters: int) -> tuple[SpeechRequest, Encoding]:
    """What is to be said, and the file that it is to be; or `Refusal`."""
    return _parsed(validate(SpeechBody, body, BLAME), voice, max_characters)


def parse_stream(body: dict[str, Any], voice: str, max_characters: int) -> tuple[SpeechRequest, Encoding, str]:
    """As `parse`, and the name of the stream's form."""
    checked = validate(StreamBody, body, BLAME)
    if checked.stream_format not in FORMS:
        raise Refusal(problems.INVALID_STREAM_FORMAT)
    return *_parsed(checked, voice, max_characters), checked.stream_format


def _parsed(checked: SpeechBody, voice: str, max_characters: int) -> tuple[SpeechRequest, Encoding]:
    text = _text(checked.text, max_characters)
    speech = SpeechRequest(text, voice, _emotion(checked.emotion), checked.speed)
    return speech, encoding_of(checked.response_format, checked.sample_rate, checked.bit_rate)


def _text(given: str, max_characters: int) -> str:
    text = given.strip()
    if not text:
        raise Refusal(problems.TEXT_EMPTY)
    if len(text) > max_characters:
        raise Refusal(problems.TEXT_TOO_LONG, limit=max_characters)
    if any(unicodedata.category(character) in {"Cc", "Cs"} and not character.isspace() for character in text):
        raise Refusal(problems.INVALID_TEXT)
    return text


def _emotion(given: str | list[float]) -> Vector:
    if isinstance(given, list):
        return tuple(given)
    if given not in PRESETS:
        raise Refusal(problems.INVALID_EMOTION)
    return PRESETS[given]
