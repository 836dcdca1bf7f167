"""Cuts a text into segments short enough for the engine, at the places where a reader would breathe.

Sentence ends first, clause ends inside a sentence that is too long, anywhere as a last resort. The first segment is
short where that is natural, so that the first sound is there soon. Every segment knows where in the original text it
stands. Limits are of the length that a text has to say, in Chinese characters.

A text may be cut while it is written, and is cut then as it is when it is known whole. Each step works from left to
right, and the last piece, whose end is not known yet, is `open`: what would depend on more of it becomes a part of it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import accumulate, takewhile
from math import inf

from api.script.edits import Span
from api.synthesis.length import fitting, length_of

SHORT = 12  # a shorter sentence is read with the next, the last with the one before, or it sounds clipped
OPENING = 16  # a text whose first sentence is longer than LONG begins with clauses that are so long in all
LONG = 24
LONGEST_OPENING = 40  # where no clause ends before


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
    clause: int
    """Where the last clause in it begins."""
    open: bool = False

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def audible(self) -> bool:
        return _audible(self.text)

    @property
    def length(self) -> float:
        return length_of(self.text.strip())

    def __add__(self, other: "_Piece") -> "_Piece":
        """Both in one; the other follows this piece, but for white space."""
        return replace(other, start=self.start)


MARKS = re.compile(r"([。！？；!?;.…，、：,:]+)([”’」』）】》〉)\]}]*)([\"']?)")
ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|No|Inc|Ltd|Co)|\b[A-Za-z])$")
LONGEST_ABBREVIATION = 5  # with the character before it
INSIDE_WORD = re.compile(r"[A-Za-z0-9.,'’%-]")
PRONUNCIATION_MARK = re.compile(r"‹[^‹›\n]{1,40}›")
UNFINISHED_MARK = re.compile(r"‹[^‹›\n]{0,40}\Z")


def count(text: str) -> int:
    """Characters of a text for an engine; a mark is one."""
    return len(PRONUNCIATION_MARK.sub("字", text))


def cut(text: str, limit: int, speed: float = 1.0) -> list[Segment]:
    """The segments of a text, none longer than `limit`; those with nothing to pronounce are left out.

    A pronunciation mark such as `‹重|CHONG2›` is not cut, unless it is longer than a segment.
    """
    segments = cut_part(text, limit, speed, opens=True)
    return [*segments[:-1], *(replace(last, pause_s=0.0) for last in segments[-1:])]


def cut_part(text: str, limit: int, speed: float, *, opens: bool) -> list[Segment]:
    """The segments of a part of a text, which more may follow; `opens` is whether the text begins with it."""
    return Cutter(limit, speed, opens=opens).cut(text, complete=True)


class Cutter:
    """Cuts a text while it is written; `opens` is whether what is spoken begins with it."""

    def __init__(self, limit: int, speed: float = 1.0, *, opens: bool = True) -> None:
        self._limit = limit
        self._speed = speed
        self._begun = not opens
        # Where what was not given yet begins, and the line and the clause that it stands in.
        self._start = self._line = self._clause = 0

    def cut(self, text: str, *, complete: bool) -> list[Segment]:
        """The segments that were not given before and are the same whatever follows; of a `complete` text the rest.

        `text` is all that was written so far. A segment is given when there is more to pronounce, so that it is known
        which one is the last.
        """
        known = text if complete else UNFINISHED_MARK.sub("", text)
        pieces = [piece for piece in self._pieces(_source(known), complete=complete) if piece.audible]
        sure = [piece for piece in pieces if complete or (not piece.open and _audible(known[piece.end :]))]
        if sure:
            self._start, self._clause, self._begun = sure[-1].end, sure[-1].clause, True
            self._line = self._start - len(known[self._line : self._start].splitlines(keepends=True)[-1])
        return [_segment(piece, piece.kind.value / self._speed) for piece in sure]

    def _pieces(self, source: _Source, *, complete: bool) -> Iterator[_Piece]:
        end, begun = self._line, self._begun
        for line in source.text[self._line :].splitlines(keepends=True):
            start, end = end, end + len(line)
            if source.text[max(start, self._start) : end].strip():
                ends = line.splitlines() != [line]
                clauses = _clauses(source, start, max(start, self._clause), end, whole=complete or ends)
                rest = [replace(one, start=max(one.start, self._start)) for one in clauses if one.end > self._start]
                pieces = self._of_line(rest, begun=begun, ends=ends)
                yield from pieces
                begun = begun or any(piece.audible for piece in pieces)

    def _of_line(self, clauses: list[_Piece], *, begun: bool, ends: bool) -> list[_Piece]:
        """`ends` is whether a line break does it; else the text does, or what is spoken next goes on."""
        opening, rest = ([], clauses) if begun or self._limit <= LONGEST_OPENING else _opened(clauses)
        pieces = opening + _join_short(_fit(rest, self._limit), self._limit)
        return [*pieces[:-1], replace(pieces[-1], kind=Break.PARAGRAPH) if ends else pieces[-1]]


def clauses(text: str) -> list[tuple[int, int, Break]]:
    """Where each clause of a segment's text begins and ends, and the break at which; `NONE` where no mark ends it."""
    pieces = _clauses(_source(text), 0, 0, len(text), whole=True)
    return [(piece.end - len(piece.text.lstrip()), piece.end, piece.kind) for piece in pieces]


def _source(text: str) -> _Source:
    marks = list(PRONUNCIATION_MARK.finditer(text))
    return _Source(text, [mark.start() for mark in marks], [mark.end() for mark in marks])


def _segment(piece: _Piece, pause_s: float) -> Segment:
    text = piece.text.strip()
    start = piece.start + len(piece.text) - len(piece.text.lstrip())
    return Segment(text, start, start + len(text), pause_s)


def _opened(clauses: list[_Piece]) -> tuple[list[_Piece], list[_Piece]]:
    """The clauses that a text opens with, as one piece, if its first sentence is long; and all others.

    Neither they nor the rest of the sentence is so short that it sounds clipped.
    """
    beginnings = [*accumulate(clauses)]
    ends = (
        number
        for number, beginning in enumerate(beginnings, 1)
        if beginning.kind is Break.SENTENCE and beginning.length >= SHORT
    )
    count = next(ends, len(clauses))
    sentence = beginnings[count - 1]
    openings = takewhile(lambda beginning: beginning.length <= LONGEST_OPENING, beginnings[: count - 1])
    fit = [number for number, opening in enumerate(openings, 1) if opening.length >= SHORT and opening.audible]
    if fit and sentence.length > LONG:
        best = max(fit, key=lambda number: _suits(beginnings[number - 1].length))
        opening = beginnings[best - 1]
        rest = replace(sentence, start=opening.end)
        if rest.length >= SHORT and rest.audible:
            return [opening], clauses[best:]
    if sentence.open and (fit or sentence.length < LONGEST_OPENING + SHORT):
        return [beginnings[-1]], []
    return [], clauses


def _suits(length: float) -> tuple[bool, float]:
    """How well an opening does: the longest of those that are short, else the shortest."""
    return length <= OPENING, -abs(length - OPENING)


def _clauses(source: _Source, line: int, start: int, end: int, *, whole: bool) -> Iterator[_Piece]:
    """Of a line, from where one of them starts on; the line may not be known as a `whole` yet."""
    for match in MARKS.finditer(source.text, start, end):
        if not whole and match.end() == end:
            break  # more marks may follow
        marks, closers, quote = match.groups()
        at = match.end() if marks[-1] in "。！？!?." else match.end() - len(quote)
        before = source.text[max(line, match.start() - LONGEST_ABBREVIATION) : match.start()]
        kind = _kind(marks, before, source.text[at : min(at + 1, end)] if not closers else "")
        if kind is not Break.NONE and not source.protects(at):
            yield _Piece(source, start, at, kind, start)
            start = at
    if start < end:
        yield _Piece(source, start, end, Break.NONE, start, open=not whole)


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
    return _joined((part for clause in clauses for part in _chop(clause, limit)), inf, limit)


def _join_short(pieces: Iterable[_Piece], limit: int) -> list[_Piece]:
    joined = [*_joined(pieces, SHORT, limit)]
    if len(joined) > 1 and joined[-1].length < SHORT and (both := joined[-2] + joined[-1]).length <= limit:
        joined[-2:] = [both]
    return joined


def _joined(pieces: Iterable[_Piece], enough: float, limit: int) -> Iterator[_Piece]:
    """Pieces joined to the next while they are shorter than `enough` and the two together no longer than `limit`.

    What is open may turn out to begin with a short piece, so it is joined.
    """
    current: _Piece | None = None
    for piece in pieces:
        if current is None:
            current = piece
        elif current.length < enough and (piece.open or (current + piece).length <= limit):
            current += piece
        else:
            yield current
            current = piece
    if current is not None:
        yield current


def _chop(clause: _Piece, limit: int) -> Iterator[_Piece]:
    """A clause in parts that fit, without breaking a word or a number if that can be helped."""
    source, start = clause.source, clause.start
    while (size := fitting(rest := source.text[start : clause.end].strip(), limit)) < len(rest):
        start = source.text.index(rest, start)
        if clause.open and not _audible(source.text[start + size : clause.end]):
            break
        at = _longest_part(source, start, clause.end, size)
        yield replace(clause, start=start, end=at, kind=Break.NONE, open=False)
        start = at
    yield replace(clause, start=start)


def _longest_part(source: _Source, start: int, end: int, size: int) -> int:
    """Where a part ends that begins at `start` and has at most `size` characters.

    That is after a word in its second half, else anywhere outside a mark. Something to pronounce is left for the next
    part, or the marks at the `end` would be lost.
    """
    last = next((at for at in range(end, start, -1) if source.text[at - 1].isalnum()), end)
    ends = [at for at in range(min(start + size, last - 1), start, -1) if not source.protects(at)]
    between_words = (at for at in ends if at > start + size // 2 and not _inside_word(source.text, at))
    return next(between_words, ends[0] if ends else start + size)


def _audible(text: str) -> bool:
    return any(map(str.isalnum, text))


def _inside_word(text: str, at: int) -> bool:
    return bool(INSIDE_WORD.match(text[at - 1]) and INSIDE_WORD.match(text[at]))
