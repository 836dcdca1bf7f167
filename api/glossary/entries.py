"""Entries of a glossary: a word, and its pinyin or what is said instead of it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from api import problems
from api.problems import Refusal
from api.script import pinyin

WORD_CHARACTERS = 32
SPOKEN_CHARACTERS = 100

WORD = re.compile(r"[^\s‹›\x00-\x1f\x7f](?:[^‹›\n\x00-\x1f\x7f]*[^\s‹›\x00-\x1f\x7f])?")
"""What no entry may have would break a mark such as `‹行|HANG2›`, or a line."""

PINYIN = re.compile(rf"[{pinyin.LETTERS}0-9 '’·.-]+")
HAN = re.compile(f"[{pinyin.HAN}]+")


@dataclass(frozen=True)
class Entry:
    """`pinyin` is a syllable with a tone for each character of the word; `alias` is a text. There is one of them."""

    word: str
    pinyin: str | None = None
    alias: str | None = None

    @property
    def spoken(self) -> str:
        """For an engine."""
        return (_marked(self.word, self.pinyin) if self.pinyin else "") or self.alias or ""


@lru_cache(10_000)  # each call reads all of its user's glossary
def _marked(word: str, reading: str) -> str:
    """The word in marks; "" where the reading is none of it."""
    return "".join(pinyin.marks(word, reading) or ())


def entry_of(word: str, pinyin: str | None = None, alias: str | None = None) -> Entry:
    """The entry, or `Refusal`."""
    if len(word) > WORD_CHARACTERS or not WORD.fullmatch(word):
        raise Refusal(problems.INVALID_WORD, limit=WORD_CHARACTERS, field="word")
    entry = Entry(word, pinyin, alias)
    written = (pinyin or "") + (alias or "")
    if (
        bool(pinyin) == bool(alias)
        or len(written) > SPOKEN_CHARACTERS
        or not WORD.fullmatch(written)
        or not entry.spoken
    ):
        raise Refusal(problems.INVALID_READING, word=word, limit=SPOKEN_CHARACTERS, field="glossary")
    return entry


def guessed(word: str, reading: str) -> Entry:
    """An entry whose reading does not say which it is: for Chinese characters letters are pinyin, all else an alias."""
    if HAN.fullmatch(word) and PINYIN.fullmatch(reading):
        return entry_of(word, pinyin=reading)
    return entry_of(word, alias=reading)
