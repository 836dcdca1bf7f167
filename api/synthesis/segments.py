"""Cuts a text into segments short enough for the engine, at the places where a reader would breathe.

Pure functions: sentence ends first, clause ends inside a sentence that is too long, anywhere as a last resort. The
first segment is short where that is natural, so that the first sound is there soon. Every segment knows where in the
original text it stands.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from api.script.edits import Span

SHORT = 12  # characters; a shorter sentence is read with the next, the last with the one before, or it sounds clipped
OPENING = 24  # characters; a text whose first segment has more than LONG begins with clauses of so many in all
LONG = 40


class Break(Enum):
    """Where a segment ends, and the pause after it in seconds at normal speed."""

    NONE = 0.0
    CLAUSE = 0.15
    SENTENCE = 0.35
    PARAGRAPH = 0.6


@dataclass(frozen=True)
class Segment:
    """`text` is spoken for the original's `[start:end]`; `lead_s` and `pause_s` are the silence before and after it.

    `run` is the number of the script's run that it is of. Where the text is not the very part of the original, that
    part is `written`, and `spans` are the places in the original of the text's characters.
    """

    text: str
    start: int
    end: int
    pause_s: float
    lead_s: float = 0.0
    run: int = 0
    written: str | None = None
    spans: tuple[Span, ...] | None = None

    @property
    def original(self) -> str:
        return self.text if self.written is None else self.written

    def place(self, start: int, end: int) -> Span:
        """Where in the original that stands which `text[start:end]` is spoken for."""
        if self.spans is None:
            return self.start + start, self.start + end
        return self.spans[start][0], self.spans[end - 1][1]


@dataclass(frozen=True)
class _Source:
    """The original text, and the spans inside which it is not cut, as their starts and ends in order."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def protects(self, at: int) -> bool:
        """Whether a cut before the character at `at` would be inside a span."""
        index = bisect_right(self.starts, at - 1) - 1
        return index >= 0 and at < self.ends[index]


@dataclass(frozen=True)
class _Piece:
    source: _Source
    start: int
    end: int
    kind: Break

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def audible(self) -> bool:
        return any(map(str.isalnum, self.text))

    def __len__(self) -> int:
        return len(self.text.strip())

    def __add__(self, other: "_Piece") -> "_Piece":
        """Both in one; the other follows this piece, but for white space."""
        return _Piece(self.source, self.start, other.end, other.kind)


MARKS = re.compile(r"([。！？；!?;.…，、：,:]+)([”’」』）】》〉)\]}]*)([\"']?)")
ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|No|Inc|Ltd|Co)|\b[A-Za-z])$")
LONGEST_ABBREVIATION = 5  # with the character before it
INSIDE_WORD = re.compile(r"[A-Za-z0-9.,'’%-]")
PRONUNCIATION_MARK = re.compile(r"‹[^‹›\n]{1,40}›")


def count(text: str) -> int:
    """Characters of a text for an engine; a mark is one."""
    return len(PRONUNCIATION_MARK.sub("字", text))


def cut(text: str, limit: int, speed: float = 1.0) -> list[Segment]:
    """The segments of a text, none longer than `limit` characters; those with nothing to pronounce are left out.

    A pronunciation mark such as `‹重|CHONG2›` is not cut, unless it is longer than a segment.
    """
    segments = cut_part(text, limit, speed, opens=True)
    return [*segments[:-1], *(replace(last, pause_s=0.0) for last in segments[-1:])]


def cut_part(text: str, limit: int, speed: float, *, opens: bool) -> list[Segment]:
    """The segments of a part of a text, which more may follow; `opens` is whether the text begins with it."""
    source = _source(text)
    pieces = [piece for piece in _pieces(source, limit) if piece.audible]
    if pieces and opens:
        pieces[:1] = _opened(pieces[0])
    return [_segment(piece, piece.kind.value / speed) for piece in pieces]


def clauses(text: str) -> list[tuple[int, int, Break]]:
    """Where each clause of a segment's text begins and ends, and the break at which; `NONE` where no mark ends it."""
    pieces = _clauses(_source(text), 0, len(text))
    return [(piece.end - len(piece.text.lstrip()), piece.end, piece.kind) for piece in pieces]


def _source(text: str) -> _Source:
    marks = list(PRONUNCIATION_MARK.finditer(text))
    return _Source(text, [mark.start() for mark in marks], [mark.end() for mark in marks])


def _segment(piece: _Piece, pause_s: float) -> Segment:
    text = piece.text.strip()
    start = piece.start + len(piece.text) - len(piece.text.lstrip())
    return Segment(text, start, start + len(text), pause_s)


def _pieces(source: _Source, limit: int) -> Iterator[_Piece]:
    start = 0
    for line in source.text.splitlines(keepends=True):
        if line.strip():
            *others, last = _join_short(_fit(_clauses(source, start, start + len(line)), limit), limit)
            yield from others
            ends = [line] != line.splitlines()  # with a line break; else the text does, or what is spoken next goes on
            yield _Piece(source, last.start, last.end, Break.PARAGRAPH if ends else last.kind)
        start += len(line)


def _opened(piece: _Piece) -> list[_Piece]:
    """A long piece in two: the clauses that it opens with, and the rest; neither is so short that it sounds clipped."""
    if len(piece) <= LONG:
        return [piece]
    source, start, end = piece.source, piece.start, piece.end
    halves = [
        (_Piece(source, start, clause.end, clause.kind), _Piece(source, clause.end, end, piece.kind))
        for clause in _clauses(source, start, end)
    ]
    fit = [
        both for both in halves if all(len(half) >= SHORT and half.audible for half in both) and len(both[0]) <= LONG
    ]
    return [*max(fit, key=lambda both: (len(both[0]) <= OPENING, -abs(len(both[0]) - OPENING)), default=(piece,))]


def _clauses(source: _Source, start: int, end: int) -> Iterator[_Piece]:
    paragraph = start
    for match in MARKS.finditer(source.text, start, end):
        marks, closers, quote = match.groups()
        at = match.end() if marks[-1] in "。！？!?." else match.end() - len(quote)
        before = source.text[max(paragraph, match.start() - LONGEST_ABBREVIATION) : match.start()]
        kind = _kind(marks, before, source.text[at : min(at + 1, end)] if not closers else "")
        if kind is not Break.NONE and not source.protects(at):
            yield _Piece(source, start, at, kind)
            start = at
    if start < end:
        yield _Piece(source, start, end, Break.NONE)


def _kind(marks: str, before: str, after: str) -> Break:
    """Of marks between what stands `before` and `after` them; both may be cut short."""
    if set(marks) & set("。！？；"):
        return Break.SENTENCE
    if not set(marks) & set("，、…") and before[-1:].isascii() and after.isascii() and after.strip() and before.strip():
        return Break.NONE  # inside 3.14, 12:30, 1,000 or a.com/b?c
    if set(marks) & set("!?;"):
        return Break.SENTENCE
    if marks == ".":
        return Break.NONE if ABBREVIATION.search(before) else Break.SENTENCE
    return Break.CLAUSE


def _fit(clauses: Iterable[_Piece], limit: int) -> Iterator[_Piece]:
    """Whole sentences where they fit, as many clauses as fit where not."""
    sentence: list[_Piece] = []
    for clause in clauses:
        sentence.append(clause)
        if clause.kind is Break.SENTENCE:
            yield from _fit_sentence(sentence, limit)
            sentence = []
    yield from _fit_sentence(sentence, limit)


def _fit_sentence(clauses: list[_Piece], limit: int) -> Iterator[_Piece]:
    return _joined((part for clause in clauses for part in _chop(clause, limit)), limit, limit)


def _join_short(pieces: Iterable[_Piece], limit: int) -> list[_Piece]:
    joined = [*_joined(pieces, SHORT - 1, limit)]
    if len(joined) > 1 and len(joined[-1]) < SHORT and len(both := joined[-2] + joined[-1]) <= limit:
        joined[-2:] = [both]
    return joined


def _joined(pieces: Iterable[_Piece], enough: int, limit: int) -> Iterator[_Piece]:
    """Pieces joined to the next while they have at most `enough` characters and the two together at most `limit`."""
    current: _Piece | None = None
    for piece in pieces:
        if current is None:
            current = piece
        elif len(current) <= enough and len(current + piece) <= limit:
            current += piece
        else:
            yield current
            current = piece
    if current is not None:
        yield current


def _chop(clause: _Piece, limit: int) -> Iterator[_Piece]:
    """A clause in parts that fit, without breaking a word or a number if that can be helped."""
    source, start = clause.source, clause.start
    while len(rest := source.text[start : clause.end].strip()) > limit:
        start = source.text.index(rest, start)
        at = _longest_part(source, start, clause.end, limit)
        yield _Piece(source, start, at, Break.NONE)
        start = at
    yield _Piece(source, start, clause.end, clause.kind)


def _longest_part(source: _Source, start: int, end: int, limit: int) -> int:
    """Where a part ends that begins at `start`: after a word in its second half, else anywhere outside a mark.

    Something to pronounce is left for the next part, or the marks at the `end` would be lost.
    """
    last = next((at for at in range(end, start, -1) if source.text[at - 1].isalnum()), end)
    ends = [at for at in range(min(start + limit, last - 1), start, -1) if not source.protects(at)]
    between_words = (at for at in ends if at > start + limit // 2 and not _inside_word(source.text, at))
    return next(between_words, ends[0] if ends else start + limit)


def _inside_word(text: str, at: int) -> bool:
    return bool(INSIDE_WORD.match(text[at - 1]) and INSIDE_WORD.match(text[at]))
