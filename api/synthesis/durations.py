"""How long it may take to say a text: bounds that hold for slow and quick voices, and for every engine.

They count syllables, whose number is not known without reading the text: `5%` is three, `1,234,567` thirteen, and what
an engine cannot read it leaves out. So the least counts what is surely spoken, and the most all that may be.
"""

import re
from functools import lru_cache

SYLLABLE_S = 0.06
"""At normal speed a syllable takes more; the quickest speakers take about twice as long."""

SLOW_SYLLABLE_S = 0.5
"""A slow speaker's."""

UNUSUAL_SYLLABLE_S = 0.3
"""Few speakers take more."""

FREE_S = 2.0
UNUSUAL_FREE_S = 1.0
"""For pauses and a drawn-out end, also where there is but one syllable."""

READING = re.compile(r"[‹<]([^‹›<>|\n]+)\|[^‹›<>|\n]+[›>]")
"""A mark that says how a word is read, where an engine knows such marks."""

DRAWN_OUT = re.compile(r"(.)\1{2,}")
"""A laugh of 哈哈哈哈 need not be four syllables."""

SURE = re.compile(r"[\u4e00-\u9fff]|(?<![A-Za-z])[A-Za-z]{3,}(?![A-Za-z\d])|\d+")
"""A Chinese character, a word, a number: at least a syllable each."""

PAUSES = "，。、；：？！…—,.;:?!“”‘’\"'（）()《》「」『』【】[]"

POSSIBLE = ((re.compile("[A-Z]"), 3), (re.compile(r"\d"), 2), (re.compile(rf"[\w\s{re.escape(PAUSES)}]"), 1))
"""So many syllables at most, by the first that fits: `W` by its name, `9` in 90000; a pause may be as long as one."""

OTHER = 3
"""As ℃ has."""


def least_s(text: str, speed: float) -> float:
    """Less takes nobody, without pauses."""
    surely = DRAWN_OUT.sub(r"\1\1", READING.sub(r"\1", text))
    return len(SURE.findall(surely)) * SYLLABLE_S / speed


def most_s(text: str, speed: float) -> float:
    """More takes nobody."""
    return (FREE_S + _possible(text) * SLOW_SYLLABLE_S) / speed


def unusual_s(text: str, speed: float) -> float:
    """More take few, with many pauses."""
    return (UNUSUAL_FREE_S + _possible(text) * UNUSUAL_SYLLABLE_S) / speed


def _possible(text: str) -> int:
    return sum(map(_syllables, text))


@lru_cache(4096)
def _syllables(character: str) -> int:
    return next((most for kind, most in POSSIBLE if kind.fullmatch(character)), OTHER)
