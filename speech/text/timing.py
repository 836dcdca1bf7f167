"""When each character of a text is heard, by when its sounds are."""

import unicodedata
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from speech.text.alignment import Span, align
from speech.text.characters import clean
from speech.text.pronunciation import Pronunciation

Interval = tuple[float, float]
"""From when to when, in whatever unit."""

READ_SIGNS = frozenset("%‰&@")
"""Of the punctuation, as Unicode has it, what is mostly read out."""


def character_times(text: str, said: Pronunciation, times: Sequence[Interval]) -> NDArray[np.float32]:
    """`[characters, 2]`: when each character of `text` begins and ends, of which `said` is the pronunciation.

    `times` are those of its sounds. Characters that were normalised share the time of what they became, in order. One
    without a sound of its own begins and ends at once where it stands: when the sound before it ends.
    """
    heard: list[Interval | None] = [None] * len(text)
    spoken = _spoken_times(said, times)
    for span in _aligned(text, said):
        sounds = [time for time in spoken[span.changed_start : span.changed_end] if time]
        places = _audible(text, span.start, span.end)
        for place, time in zip(places, spread(len(places), sounds), strict=True):
            heard[place] = time
    return np.array([*_filled(heard)], np.float32).reshape(-1, 2)


def _aligned(text: str, said: Pronunciation) -> Iterator[Span]:
    """What of `text`, without the signs of its marks, became what of the normalised text."""
    for start, end, at, until in said.spans:
        for span in align(text[start:end], said.spoken[at:until]):
            yield Span(start + span.start, start + span.end, at + span.changed_start, at + span.changed_end)


def spread(count: int, times: Sequence[Interval]) -> list[Interval | None]:
    """The time of sounds that follow each other, in `count` equal shares; None where there are no sounds."""
    if not times:
        return [None] * count
    edges = [Fraction(i * len(times), count) for i in range(count + 1)]
    return [(_at(times, floor(start), start), _at(times, ceil(end) - 1, end)) for start, end in pairwise(edges)]


def _at(times: Sequence[Interval], index: int, position: Fraction) -> float:
    """When, inside the sound of this index, a position among all sounds is reached."""
    start, end = times[index]
    return start + float(position - index) * (end - start)


def _spoken_times(said: Pronunciation, times: Sequence[Interval]) -> list[Interval | None]:
    """For each character of the normalised text."""
    spoken: list[Interval | None] = [None] * len(said.spoken)
    pairs = zip(said.sounds, times, strict=True)
    for (start, end), sounds in groupby(pairs, lambda pair: (pair[0].start, pair[0].end)):
        spoken[start:end] = spread(end - start, [time for sound, time in sounds if sound.audible])
    return spoken


def _audible(text: str, start: int, end: int) -> list[int]:
    """The places in a span of the characters that are read out, if any are; or all may be: 3-5 is three to five."""
    places = range(start, end)
    return [place for place in places if _is_read(text[place])] or list(places)


def _is_read(character: str) -> bool:
    return character in READ_SIGNS or (unicodedata.category(character)[0] != "P" and bool(clean(character)))


def _filled(heard: Sequence[Interval | None]) -> Iterator[Interval]:
    at = next((time[0] for time in heard if time), 0.0)
    for time in heard:
        yield time or (at, at)
        at = time[1] if time else at
