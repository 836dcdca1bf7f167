"""Words whose pronunciation is known: our own, those that people checked, and those that were made from rules."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from speech.kokoro.english.dialect import Dialect, spoken

Entry = str | Mapping[str, str | None]
"""Symbols, or for a homograph the symbols of each of its parts of speech, `DEFAULT` among them."""

SPELLED = "*"
DEFAULT = "DEFAULT"


class Lexicon:
    """`gold` and `silver` are the contents of misaki's dictionaries of a dialect."""

    def __init__(self, gold: bytes, silver: bytes, dialect: Dialect) -> None:
        self._gold: dict[str, Entry] = json.loads(gold)
        self._silver: dict[str, Entry] = json.loads(silver)
        self._folded = {word.lower(): word for word in reversed(self._gold) if not word.islower()}
        self._own = {word: spoken(sounds, dialect) for word, sounds in _own().items() if sounds != (SPELLED,)}

    def find(self, word: str) -> Entry | None:
        """What is known of a word, first as it is written, then whatever capitals it has."""
        low = word.lower()
        for known, one in ((self._own, low), (self._gold, word), (self._gold, low), (self._silver, low)):
            if one in known:
                return known[one]
        return self._gold.get(self._folded.get(low, ""))

    def is_common(self, word: str) -> bool:
        """Whether people checked it: unlike the rest, such words are not rare."""
        return word in self._own or word in self._gold

    def capitals(self, word: str) -> Entry | None:
        """What is known of a word in capitals as such: NASA, but not US, which is spelled."""
        return self._gold.get(word)

    def letter(self, letter: str) -> str:
        """The name of a letter."""
        return str(self._gold[letter.upper()])


def is_spelled(word: str) -> bool:
    """Whether a word, in small letters, is one of our list of initials."""
    return _own().get(word) == (SPELLED,)


@cache
def _own() -> dict[str, tuple[str, ...]]:
    """words.txt: a word and its ARPAbet, or * if its letters are read, a line."""
    lines = files(__package__).joinpath("words.txt").read_text("utf-8").splitlines()
    return {word: tuple(sounds) for word, *sounds in map(str.split, lines)}
