"""Which characters of a text became which of the text that was made of it."""

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from pypinyin.constants import PINYIN_DICT

from speech.text.numerals import spell


class Span(NamedTuple):
    """`original[start:end]` became `changed[changed_start:changed_end]`."""

    start: int
    end: int
    changed_start: int
    changed_end: int


def align(original: str, changed: str) -> list[Span]:
    """Spans that are, in order, all of both texts; none where there is no original.

    A character that stayed is a span of its own. Of what changed between two such, characters that sound alike (氣 and
    气, 5 and 五) belong together, and others where there are as many on both sides. What was added belongs to the
    character before it, or to the first.
    """
    spans = _spans(original, changed) if original else []
    return [inner for span in spans for inner in _inside(span, original, changed)]


def _inside(span: Span, original: str, changed: str) -> list[Span]:
    start, end, changed_start, changed_end = span
    if end - start == changed_end - changed_start == 1:
        return [span]
    sounds = [*map(_sound, original[start:end])]
    return _spans(sounds, [*map(_sound, changed[changed_start:changed_end])], start, changed_start)


def _spans(original: Sequence[str], changed: Sequence[str], at: int = 0, changed_at: int = 0) -> list[Span]:
    """Of two parts that begin at these places."""
    spans: list[Span] = []
    for _, *places in SequenceMatcher(None, original, changed, autojunk=False).get_opcodes():
        start, end, changed_start, changed_end = places
        for span in _singly(Span(at + start, at + end, changed_at + changed_start, changed_at + changed_end)):
            if spans and (span.start == span.end or spans[-1].start == spans[-1].end):
                spans[-1] = Span(spans[-1].start, span.end, spans[-1].changed_start, span.changed_end)
            else:
                spans.append(span)
    return spans


def _singly(span: Span) -> list[Span]:
    """Character by character where there are as many on both sides."""
    start, end, changed_start, changed_end = span
    if end - start != changed_end - changed_start:
        return [span]
    return [Span(start + i, start + i + 1, changed_start + i, changed_start + i + 1) for i in range(end - start)]


def _sound(character: str) -> str:
    """A digit's or a Chinese character's first reading; of another character what it is compatible with."""
    known = spell(unicodedata.normalize("NFKC", character))
    return PINYIN_DICT.get(ord(known), known).split(",")[0] if len(known) == 1 else known
