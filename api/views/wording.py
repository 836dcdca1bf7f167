"""Fields of a body that say what is made of its text before it is spoken."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from api.body import StrictModel
from api.glossary.entries import guessed
from api.hygiene.cleaning import NOTHING, Brackets, Cleaning, Code, Emails, Emoji, Urls
from api.script.dictation import Dictation
from api.script.reading import InputType

WORDS = 100
"""Of a glossary that comes with a call."""


class CleaningBody(StrictModel):
    markdown: bool = Cleaning.markdown
    code: Code = Cleaning.code
    latex: bool = Cleaning.latex
    urls: Urls = Cleaning.urls
    emails: Emails = Cleaning.emails
    emoji: Emoji = Cleaning.emoji
    brackets: Brackets = Cleaning.brackets


def _switched(given: Any) -> Any:
    """All of it or nothing of it, as an object."""
    return asdict(Cleaning() if given else NOTHING) if isinstance(given, bool) else given


class DictationBody(StrictModel):
    repeat: Annotated[int, Field(ge=1, le=5)] = Dictation.repeat
    gap_s: Annotated[float, Field(ge=0, le=30)] = Dictation.gap_s
    write_s: Annotated[float, Field(ge=0, le=10)] = Dictation.write_s
    slow: bool = Dictation.slow

    def dictation(self) -> Dictation:
        return Dictation(**self.model_dump())


class Wording(StrictModel):
    """Of every text."""

    clean: Annotated[CleaningBody, BeforeValidator(_switched)] = CleaningBody()
    glossary: Annotated[dict[str, str], Field(default_factory=dict, max_length=WORDS)]

    def cleaning(self) -> Cleaning:
        return Cleaning(**self.clean.model_dump())

    def words(self) -> Mapping[str, str]:
        """What is said for the words of the call's glossary, or `Refusal`."""
        return {word: guessed(word, reading).spoken for word, reading in self.glossary.items()}


class WholeWording(Wording):
    """Of a text that is known whole."""

    input_type: InputType = "auto"
