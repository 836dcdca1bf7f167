"""Emoji: left out, or called by their Chinese names, which are those of Unicode's CLDR."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from emoji import EMOJI_DATA, STATUS, demojize

from api.script.edits import Edit

QUALIFIED = STATUS["fully_qualified"]
SINGLE = [emoji for emoji in EMOJI_DATA if len(emoji) == 1]
PICTURES = frozenset(emoji for emoji in SINGLE if EMOJI_DATA[emoji]["status"] == QUALIFIED)
SYMBOLS = frozenset(SINGLE) - PICTURES
"""Such as ™ and ❤: emoji only where the next character says so."""


def _ranges(characters: Iterable[str]) -> str:
    """For a class of a regular expression, which is slow if it lists characters of higher planes one by one."""
    numbered = enumerate(sorted(map(ord, characters)))
    runs = [[code for _, code in run] for _, run in groupby(numbered, lambda pair: pair[1] - pair[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


SKIN = "[\U0001f3fb-\U0001f3ff]"
ONE = f"(?:[{_ranges(PICTURES)}]\ufe0f?{SKIN}?[\U000e0020-\U000e007f]{{0,8}}|[{_ranges(SYMBOLS)}](?:\ufe0f|{SKIN}))"
EMOJI = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|{ONE}(?:\u200d[{_ranges(SINGLE)}]\ufe0f?{SKIN}?){{0,3}}")
"""A sequence as UTS #51 has it; not keycaps, which are read as their digits.

The library's own search takes quadratic time for chains of joined emoji.
"""

RUN = re.compile(f"(?:{EMOJI.pattern})(?: ?(?:{EMOJI.pattern}))*")


def edits(text: str, *, name: bool) -> list[Edit]:
    """Each run of emoji is spoken as its names, one that is repeated once; or it is a breath."""
    return [Edit(*run.span(), _names(run[0]) if name else " ") for run in RUN.finditer(text)]


def _names(run: str) -> str:
    names = dict.fromkeys(name for emoji in EMOJI.findall(run) if (name := _name(emoji)))
    return f"，{'、'.join(names)}，" if names else " "


@lru_cache(maxsize=4096)
def _name(emoji: str) -> str:
    """Without the colour of the skin."""
    named = demojize(re.sub(SKIN, "", emoji), delimiters=("<", ">"), language="zh")
    return "".join(re.findall("<(.+?)>", named)).replace("_", "")
