"""Latin letters as a Mandarin listener knows them: familiar words, names in pinyin, letters, or a transliteration."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from speech.text.syllables import toneless
from speech.text.transliteration import transliterate

LETTERS = {
    "a": "ei1", "b": "bi4", "c": "xi1", "d": "di4", "e": "yi4", "f": "ai2 fu5", "g": "ji4", "h": "ai2 qi5",
    "i": "ai4", "j": "zhei4", "k": "kei4", "l": "ai2 er5", "m": "ai2 mu5", "n": "en1", "o": "ou1", "p": "pi4",
    "q": "qiu1", "r": "a4 er5", "s": "ai2 si5", "t": "ti4", "u": "you1", "v": "wei1", "w": "da2 bu4 liu5",
    "x": "ai2 ke5 si5", "y": "wai1", "z": "zei4",
}  # fmt: skip

PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")  # Hello + World, HTTP + Server
SPELLED = 5
"""Capitals up to this number are initials unless the word is known."""

LONGEST = len("zhuang")
NAME = 24
"""The letters of the longest Chinese name looked for; what is longer is none."""

NO_SYLLABLES = frozenset({"n", "ng", "m", "hm", "hng", "ê", "e", "o"})  # interjections, and letters too easily found


def read(word: str) -> list[str]:
    """The pinyin, with tones, of one word of letters and apostrophes."""
    word = word.replace("'", "")
    known = _known().get(word.lower())
    if known or not word:
        return list(known or ())
    parts = PART.findall(word)
    return [syllable for part in parts for syllable in (read(part) if len(parts) > 1 else _unknown(part))]


def _unknown(word: str) -> list[str]:
    lower = word.lower()
    initials = word.isupper() and len(word) <= SPELLED
    if initials or len(word) <= 2 or not re.search("[aeiouy]", lower[1:]):  # noqa: PLR2004  too short to sound out
        return [syllable for letter in lower for syllable in LETTERS[letter].split()]
    return name(lower) or transliterate(lower)


def name(word: str) -> list[str]:
    """The pinyin, in level tones, of a Chinese name in small letters, the longest syllables first; nothing if none."""
    if len(word) > NAME:
        return []
    rests: list[list[str] | None] = [[]]
    for start in reversed(range(len(word))):
        rests.insert(0, _name(word[start : start + LONGEST], rests))
    return rests[0] or []


def _name(head: str, rests: Sequence[list[str] | None]) -> list[str] | None:
    """The longest syllable that begins `head` and has a rest, and this; `rests` are those after each length, from 1."""
    for length in range(len(head), 0, -1):
        rest = rests[length - 1]
        if rest is not None and head[:length] in _in_names():
            return [f"{head[:length]}1", *rest]
    return None


@cache
def _in_names() -> frozenset[str]:
    """Every toneless syllable of Mandarin that has a vowel."""
    return toneless() - NO_SYLLABLES


@cache
def _known() -> dict[str, tuple[str, ...]]:
    lines = files(__package__).joinpath("latin.txt").read_text("utf-8").splitlines()
    return {word: tuple(pinyin) for word, *pinyin in map(str.split, lines)}
