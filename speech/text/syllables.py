"""From a written pinyin syllable to its sounds."""

import re
from functools import cache

from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_finals, to_initials, to_normal

from speech.text.tokens import Syllable

# Interjections whose readings in Unihan are no syllables a voice has been trained on.
INTERJECTIONS = {"n": "en", "ng": "en", "m": "en", "hm": "heng", "hng": "heng", "ê": "ei", "yo": "you"}


TONES = frozenset("12345")


@cache
def toneless() -> frozenset[str]:
    """Every syllable of Mandarin that a character is read with, ü written as v: `lv`, `hao`, `ng`."""
    readings = (reading for readings in PINYIN_DICT.values() for reading in readings.split(","))
    return frozenset(to_normal(reading, v_to_u=False) for reading in readings)


def parse(written: str) -> str:
    """The syllable as `syllable` takes it, of capitals, `LÜ4`, `lu:4`, `jv1` or `lue4` too; empty if it is none."""
    pinyin = written.lower().replace("u:", "v").replace("ü", "v")
    pinyin = re.sub(r"(?<=^[ln])u(?=e\d)", "v", re.sub(r"(?<=^[jqxy])v", "u", pinyin))
    return pinyin if pinyin[:-1] in toneless() and pinyin[-1] in TONES else ""


def shown(pinyin: str) -> str:
    """A syllable as people write it: `lü4`."""
    return pinyin.replace("v", "ü")


@cache
def syllable(pinyin: str) -> Syllable:
    """The sounds of one syllable with its tone as a digit at the end, ü written as v: `lv4`, `hao3`, `de5`."""
    letters, tone = pinyin[:-1], int(pinyin[-1])
    letters = INTERJECTIONS.get(letters, letters)
    initial = to_initials(letters, strict=True)
    return Syllable(initial, _final(initial, letters), tone)


def _final(initial: str, letters: str) -> str:
    final = to_finals(letters, strict=True, v_to_u=False)
    if final == "i" and initial in {"z", "c", "s"}:
        return "ii"
    if final == "i" and initial in {"zh", "ch", "sh", "r"}:
        return "iii"
    return final
