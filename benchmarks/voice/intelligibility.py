"""How much of what should have been said a recogniser understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import jiwer
from pypinyin import Style, lazy_pinyin

from speech.text import normalize, normalize_english

WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


@dataclass(frozen=True)
class Understood:
    """`units` is what should have been said, in syllables or words; `errors` were replaced, left out or put in."""

    errors: int
    units: int


def understood(text: str, heard: str, *, english: bool = False) -> Understood:
    """Of a sentence as it is written, and as the recogniser writes it."""
    expected, found = (units(written, english=english) for written in (text, heard))
    if not expected:
        raise ValueError(f"nothing in it can be said: {text}")
    alignment = jiwer.process_words(" ".join(expected), " ".join(found))
    return Understood(alignment.substitutions + alignment.deletions + alignment.insertions, len(expected))


def units(text: str, *, english: bool = False) -> list[str]:
    """Chinese characters as pinyin without tones, all else as words in small letters.

    Both texts have their numbers written out in the same way, so that digits on either side are no error.
    """
    spoken = normalize_english(text) if english else normalize(text)
    return " ".join(lazy_pinyin(spoken, style=Style.NORMAL, errors=_words)).split()


def _words(other: str) -> str:
    return " ".join(WORD.findall(other.lower()))


def error_rate(understood: Sequence[Understood]) -> float:
    """Errors per unit of all the sentences together."""
    return sum(one.errors for one in understood) / sum(one.units for one in understood)
