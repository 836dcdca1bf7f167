"""Dictation: the words or sentences of a text, each read several times, with time to write it down."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from api import problems
from api.problems import Refusal
from api.script.edits import SpokenText
from api.script.pinyin import HAN
from api.script.run import Run
from api.synthesis.segments import PRONUNCIATION_MARK, Break, clauses

SLOWER = 0.75
"""The speed of a slow reading, of the others'."""

ALL_GAPS_S = 900.0

LINE = re.compile(r"[^\n]+")
SPACE = re.compile(rf"(?<=[{HAN}])[ \u3000\t]+(?=[{HAN}])")
SEPARATORS = "，、,：: \u3000\t"


@dataclass(frozen=True)
class Dictation:
    """Each item is read `repeat` times, the last time slowly where `slow` is set.

    After each reading there are `gap_s` seconds, and `write_s` more for each of the item's characters.
    """

    repeat: int = 2
    gap_s: float = 2.0
    write_s: float = 1.0
    slow: bool = True


def dictate(runs: Sequence[Run], dictation: Dictation) -> tuple[Run, ...]:
    """The readings of all items, or `Refusal` where the gaps are too long in all."""
    readings = tuple(reading for run in runs for reading in _readings(run, dictation))
    if sum(reading.pause_s or 0.0 for reading in readings) > ALL_GAPS_S:
        raise Refusal(problems.DICTATION_TOO_LONG, seconds=round(ALL_GAPS_S), field="dictation")
    return readings or tuple(runs)


def _readings(run: Run, dictation: Dictation) -> Iterator[Run]:
    """Of one run; the pause that was asked for after it comes on top."""
    for item in _items(run.spoken):
        gap_s = dictation.gap_s + dictation.write_s * _length(item)
        for number in range(dictation.repeat, 0, -1):
            slow = dictation.slow and number == 1
            yield Run(item, run.style.scaled(speed=SLOWER) if slow else run.style, gap_s)
    if run.pause_s is not None:
        yield replace(run, spoken=run.spoken[:0])


def _items(text: SpokenText) -> Iterator[SpokenText]:
    """A line in which a sentence ends is sentences; another is words, with commas or spaces between them."""
    for line in LINE.finditer(text.text):
        part = text[line.start() : line.end()]
        ends = [(end, kind) for _, end, kind in clauses(part.text)]
        sentences = [end for end, kind in ends if kind is Break.SENTENCE]
        if sentences:
            yield from _audible(_parts(part, sentences))
        else:
            spaces = [space.end() for space in SPACE.finditer(part.text)]
            words = _parts(part, sorted({*(end for end, _ in ends), *spaces}))
            yield from _audible(word[: len(word.text.rstrip(SEPARATORS))] for word in words)


def _parts(text: SpokenText, ends: Iterable[int]) -> list[SpokenText]:
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)])]


def _audible(items: Iterable[SpokenText]) -> Iterator[SpokenText]:
    return (item for item in items if _length(item))


def _length(item: SpokenText) -> int:
    """How many characters there are to write."""
    return sum(map(str.isalnum, PRONUNCIATION_MARK.sub("字", item.text)))
