"""Marks that people type into a text: `[pause:500ms]`, and pinyin in brackets behind its characters, `行(xíng)`."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from api.script import pinyin
from api.script.edits import Edit, Span
from api.script.run import Run
from api.synthesis.segments import PRONUNCIATION_MARK

PAUSE = re.compile(r"\[pause[:：] ?(?P<number>\d{1,9}(?:\.\d{1,9})?) ?(?P<unit>ms|s)\]", re.IGNORECASE)
READING = re.compile(rf"(?P<characters>[{pinyin.HAN}]{{1,8}})[(（](?P<pinyin>[{pinyin.LETTERS}1-5 '’-]{{1,60}})[)）]")
LABEL = re.compile(r"[a-z][1-5]|.*[A-Z].*", re.DOTALL)
"""As in 图(a1) and 氧气(O2): might be pinyin, and is none."""


def outside(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """Without the edits of the text that would change a part of a mark; one may go as a whole."""
    spans = _spans(text)
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    return [
        edit
        for edit in edits
        if all(
            edit.start <= start and end <= edit.end
            for start, end in spans[bisect_right(ends, edit.start) : bisect_left(starts, edit.end)]
        )
    ]


def _spans(text: str) -> list[Span]:
    """Where marks stand, in order."""
    readings = (found for found in READING.finditer(text) if [*_readings(found)])
    return sorted(found.span() for found in chain(PAUSE.finditer(text), readings, PRONUNCIATION_MARK.finditer(text)))


def split(run: Run) -> Iterator[Run]:
    """The parts of a run between its pauses, with the pinyin in them."""
    start = 0
    for mark in PAUSE.finditer(run.spoken.text):
        pause_s = float(mark["number"]) / (1000 if mark["unit"].lower() == "ms" else 1)
        yield _read(replace(run, spoken=run.spoken[start : mark.start()], pause_s=pause_s))
        start = mark.end()
    yield _read(replace(run, spoken=run.spoken[start:]))


def _read(run: Run) -> Run:
    edits = [edit for found in READING.finditer(run.spoken.text) for edit in _readings(found)]
    return replace(run, spoken=run.spoken.apply(edits)) if edits else run


def _readings(found: re.Match[str]) -> Iterator[Edit]:
    """Of `重庆(chóng qìng)` both characters are read otherwise, and the brackets not at all; of other brackets nothing.

    There may be more characters before those that the pinyin is of.
    """
    written, end = found["pinyin"], found.end("characters")
    marks = pinyin.marks(found["characters"][-len(pinyin.SYLLABLE.findall(written)) :], written)
    if marks is None or LABEL.fullmatch(written):
        return
    for at, mark in enumerate(marks, end - len(marks)):
        yield Edit(at, at + 1, mark)
    yield Edit(end, found.end(), "")
