"""Endings of words: how they are written and what they sound like. See A Comprehensive Grammar, Quirk et al., 1985."""

import re
from collections.abc import Iterator

from speech.kokoro.english.dialect import Dialect, tapped

VOICELESS = frozenset("ptkfθsʃʧ")
SIBILANTS = frozenset("szʃʒʧʤ")
DOUBLED = re.compile(r"([bdfgklmnprtvz])\1$")

SYLLABLES = {"ly": "li", "ness": "nəs", "less": "ləs", "ful": "fəl", "er": "əɹ", "ing": "ɪŋ"}
"""Of endings that sound alike after every word."""

AFTER_APOSTROPHE = {"s": "s", "": "", "d": "ed", "ll": "əl", "ve": "əv", "re": "əɹ"}


def stems(word: str) -> Iterator[tuple[str, str]]:
    """What a word may be an inflected form of, with its ending, the likelier first; its ending in small letters."""
    if "'" in word:
        stem, _, ending = word.rpartition("'")
        if ending in AFTER_APOSTROPHE:
            yield stem, AFTER_APOSTROPHE[ending]
        return
    if word.endswith("s") and not word.endswith("ss"):
        yield from ((stem, "s") for stem in _before_s(word))
    for ending in ("ed", "ing", "er"):
        if word.endswith(ending):
            yield from ((stem, ending) for stem in _before_vowel(word.removesuffix(ending)))
    for ending in ("ly", "ness", "less", "ful"):
        if word.endswith(ending):
            yield word.removesuffix(ending), ending


def _before_s(word: str) -> Iterator[str]:
    yield word[:-1]
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    elif word.endswith("es"):
        yield word[:-2]


def _before_vowel(stem: str) -> Iterator[str]:
    """walk(ed), bak(ed), stopp(ed), tri(ed)."""
    yield stem
    yield f"{stem}e"
    if DOUBLED.search(stem):
        yield stem[:-1]
    if stem.endswith("i"):
        yield f"{stem[:-1]}y"


def inflected(stem: str, ending: str, dialect: Dialect) -> str:
    """The symbols of a word with an ending: cats, dogs, horses; walked, begged, wanted; water, walking."""
    if ending == "s":
        return stem + _s(stem[-1], dialect)
    if ending == "ed":
        return tapped(stem + _ed(stem[-1], dialect), dialect)
    return tapped(stem + SYLLABLES.get(ending, ending), dialect)


def _s(last: str, dialect: Dialect) -> str:
    if last in SIBILANTS:
        return f"{dialect.reduced}z"
    return "s" if last in VOICELESS else "z"


def _ed(last: str, dialect: Dialect) -> str:
    if last in "td":
        return f"{dialect.reduced}d"
    return "t" if last in VOICELESS else "d"
