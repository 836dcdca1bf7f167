"""The voices that an engine says it has, in a parameter of its configuration (contract 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter, ValidationError

MIX = "+"
"""Stands between the names of a mixture."""

Gender = Literal["female", "male"]


@dataclass(frozen=True)
class Voice:
    """`language` is a BCP 47 tag such as `zh-CN`; `preview` is a text that shows the voice."""

    id: str
    name: str
    language: str
    gender: Gender
    preview: str


_VOICES = TypeAdapter(tuple[Voice, ...])


def voices_of(parameter: str) -> Sequence[Voice]:
    """Of the parameter `voices`, a JSON array, or `ValueError`."""
    try:
        return _VOICES.validate_json(parameter)
    except ValidationError as error:
        raise ValueError(f"voices: {error}") from None
