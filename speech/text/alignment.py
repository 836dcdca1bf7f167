"""Which characters of a text became which of the text that was made of it."""

import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from pypinyin.constants import PINYIN_DICT

from speech.text.numerals import spell

BLOCK = 40
"""Characters that are compared at once: difflib's time is cubic in them, so that a longer text is aligned in parts."""

WINDOW = 3 * BLOCK
"""Characters that these may have become: 99% is 百分之九十九."""


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
    for stretch in _stretches(original, changed):
        for span in _singly(_moved(stretch, at, changed_at)):
            if spans and (span.start == span.end or spans[-1].start == spans[-1].end):
                spans[-1] = Span(spans[-1].start, span.end, spans[-1].changed_start, span.changed_end)
            else:
                spans.append(span)
    return spans


def _stretches(original: Sequence[str], changed: Sequence[str]) -> Iterator[Span]:
    """What stayed and what changed, in turn."""
    at = changed_at = 0
    while len(original) - at > BLOCK:
        block, window = original[at : at + BLOCK], changed[changed_at : changed_at + WINDOW]
        stretches = _first([*_compared(block, window)])
        if not stretches:
            share = len(changed) - changed_at
            stretches = [Span(0, BLOCK, 0, min(share * BLOCK // (len(original) - at), len(window)))]
        yield from (_moved(span, at, changed_at) for span in stretches)
        at, changed_at = at + stretches[-1].end, changed_at + stretches[-1].changed_end
    yield from (_moved(span, at, changed_at) for _, span in _compared(original[at:], changed[changed_at:]))


def _compared(original: Sequence[str], changed: Sequence[str]) -> Iterator[tuple[bool, Span]]:
    """Stretches, and whether they stayed."""
    for kind, *places in SequenceMatcher(None, original, changed, autojunk=False).get_opcodes():
        yield kind == "equal", Span(*places)


def _first(compared: Sequence[tuple[bool, Span]]) -> list[Span]:
    """Those up to the last that stayed and begins in the first half of a block, or else to the first that stayed."""
    stayed = [i for i, (same, _) in enumerate(compared) if same]
    early = [i for i in stayed if compared[i][1].start <= BLOCK // 2]
    until = (early or stayed[:1] or [-1])[-1]
    return [span for _, span in compared[: until + 1]]


def _moved(span: Span, at: int, changed_at: int) -> Span:
    start, end, changed_start, changed_end = span
    return Span(at + start, at + end, changed_at + changed_start, changed_at + changed_end)


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
