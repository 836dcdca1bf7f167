"""Written text to the words that are spoken."""

import re
from functools import cache
from threading import Lock
from typing import Any

from speech.text import rules
from speech.text.characters import clean
from speech.text.numerals import spell

# wetext takes quadratic time, so it is given a clause at a time.
PIECE = re.compile(r"[^。，；！？…]{1,200}|[。，；！？…]{1,200}")

# kaldifst does not say whether a transducer may be shared by threads.
_lock = Lock()


def normalize(text: str) -> str:
    """`text` as simplified Chinese characters, Latin letters, spaces and the punctuation 、，；：—…。！？ only."""
    return rules.after(spell(_spoken(rules.before(clean(text)), "zh"))).strip()


def normalize_english(text: str) -> str:
    """As `normalize`, with what English reads (numbers, dates, prices …) in English words where there are any."""
    return normalize(rules.after_english(_spoken(rules.before_english(clean(text)), "en")))


def _spoken(text: str, language: str) -> str:
    return "".join(_piece(piece, language) for piece in PIECE.findall(text))


def _piece(piece: str, language: str) -> str:
    with _lock:
        try:
            spoken: str = _wetext(language).normalize(piece)
        except AssertionError:  # wetext 0.1.8's English grammar cannot parse 10+ and 5€
            return piece
    return spoken or piece  # of "See example.com." the same grammar leaves nothing


@cache
def _wetext(language: str) -> Any:
    from wetext import Normalizer  # noqa: PLC0415  loads every transducer, which takes a second

    return Normalizer(lang=language, operator="tn", traditional_to_simple=True)
