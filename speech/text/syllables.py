"""From a written pinyin syllable to its sounds."""

from functools import cache

from pypinyin.contrib.tone_convert import to_finals, to_initials

from speech.text.tokens import Syllable

# Interjections whose readings in Unihan are no syllables a voice has been trained on.
INTERJECTIONS = {"n": "en", "ng": "en", "m": "en", "hm": "heng", "hng": "heng", "ê": "ei", "yo": "you"}


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
