"""Written text to the words that are spoken."""

import re
from functools import cache
from threading import Lock
from typing import Any

from speech.text import rules
from speech.text.characters import clean
from speech.text.numerals import spell

# wetext takes quadratic time, so it is given a clause at a time.
PIECE = re.compile(r"[^。，；！？…]{1,200}|[。，；！？…]+")

# kaldifst does not say whether a transducer may be shared by threads.
_lock = Lock()


def normalize(text: str) -> str:
    """`text` as simplified Chinese characters, Latin letters, spaces and the punctuation 、，；：—…。！？ only."""
    pieces = PIECE.findall(rules.before(clean(text)))
    return rules.after(spell("".join(map(_spoken, pieces)))).strip()


def _spoken(piece: str) -> str:
    with _lock:
        spoken: str = _wetext().normalize(piece)
    return spoken


@cache
def _wetext() -> Any:
    from wetext import Normalizer  # noqa: PLC0415  loads every transducer, which takes a second

    return Normalizer(lang="zh", operator="tn", traditional_to_simple=True)
