"""Cuts a text into segments short enough for the engine, at the places where a reader would breathe.

Pure functions: sentence ends first, clause ends inside a sentence that is too long, anywhere as a last resort.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

SHORT = 12  # characters; a shorter sentence is read together with the next, or it sounds clipped


class Break(Enum):
    """Where a segment ends, and the pause after it in seconds at normal speed."""

    NONE = 0.0
    CLAUSE = 0.15
    SENTENCE = 0.35
    PARAGRAPH = 0.6


@dataclass(frozen=True)
class Segment:
    text: str
    pause_s: float


@dataclass(frozen=True)
class _Piece:
    text: str
    end: Break

    def __len__(self) -> int:
        return len(self.text.strip())

    def __add__(self, other: "_Piece") -> "_Piece":
        return _Piece(self.text + other.text, other.end)


MARKS = re.compile(r"([。！？；!?;.…，、：,:]+)([”’」』）】》〉)\]}]*)([\"']?)")
ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|No|Inc|Ltd|Co)|\b[A-Za-z])$")
INSIDE_WORD = re.compile(r"[A-Za-z0-9.,'’%-]")


def cut(text: str, limit: int, speed: float = 1.0) -> list[Segment]:
    """The segments of a text, none longer than `limit` characters; those with nothing to pronounce are left out."""
    pieces = [piece for piece in _pieces(text, limit) if any(map(str.isalnum, piece.text))]
    return [Segment(piece.text.strip(), 0.0 if piece is pieces[-1] else piece.end.value / speed) for piece in pieces]


def _pieces(text: str, limit: int) -> Iterator[_Piece]:
    for paragraph in filter(str.strip, text.splitlines()):
        *others, last = _join_short(_fit(_clauses(paragraph), limit), limit)
        yield from others
        yield _Piece(last.text, Break.PARAGRAPH)


def _clauses(paragraph: str) -> Iterator[_Piece]:
    start = 0
    for match in MARKS.finditer(paragraph):
        marks, closers, quote = match.groups()
        end = match.end() if marks[-1] in "。！？!?." else match.end() - len(quote)
        kind = _kind(marks, paragraph[: match.start()], paragraph[end : end + 1] if not closers else "")
        if kind is not Break.NONE:
            yield _Piece(paragraph[start:end], kind)
            start = end
    if start < len(paragraph):
        yield _Piece(paragraph[start:], Break.SENTENCE)


def _kind(marks: str, before: str, after: str) -> Break:
    if set(marks) & set("。！？；"):
        return Break.SENTENCE
    if before[-1:].isascii() and after.isascii() and after.strip() and before.strip():
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
        if clause.end is Break.SENTENCE:
            yield from _fit_sentence(sentence, limit)
            sentence = []
    yield from _fit_sentence(sentence, limit)


def _fit_sentence(clauses: list[_Piece], limit: int) -> Iterator[_Piece]:
    current = _Piece("", Break.NONE)
    for part in (part for clause in clauses for part in _chop(clause, limit)):
        if len(current + part) <= limit:
            current += part
            continue
        yield current
        current = part
    if current.text:
        yield current


def _chop(clause: _Piece, limit: int) -> Iterator[_Piece]:
    """A clause in parts that fit, without breaking a word or a number if that can be helped."""
    text = clause.text
    while len(text.strip()) > limit:
        text = text.lstrip()
        at = next((at for at in range(limit, limit // 2, -1) if not _inside_word(text, at)), limit)
        yield _Piece(text[:at], Break.NONE)
        text = text[at:]
    yield _Piece(text, clause.end)


def _inside_word(text: str, at: int) -> bool:
    return bool(INSIDE_WORD.match(text[at - 1]) and INSIDE_WORD.match(text[at]))


def _join_short(pieces: Iterable[_Piece], limit: int) -> Iterator[_Piece]:
    current = _Piece("", Break.NONE)
    for piece in pieces:
        if len(current) < SHORT and len(current + piece) <= limit:
            current += piece
            continue
        yield current
        current = piece
    yield current
