"""Whether emotions can be told apart by what is measured of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from benchmarks.voice.takes import Take
from speech.utterance import EMOTIONS, NEUTRAL

LEAST = {"height": 1.0, "range": 1.0, "pace": 5.0, "level": 1.0}
"""The smallest difference that counts, about the smallest that people notice: semitones of the median of F0, semitones
of its range, per cent of pace (Quené, "On the just noticeable difference for tempo in speech", Journal of Phonetics 35,
2007), dB."""

VECTORS = {"neutral": NEUTRAL} | {name: tuple(float(name == one) for one in EMOTIONS) for name in EMOTIONS}


@dataclass(frozen=True)
class Difference:
    """Of two emotions: the measure that tells them apart best; they can be told apart if `times` is 1 or more."""

    first: str
    second: str
    measure: str
    mean: float
    times: float

    @property
    def distinguishable(self) -> bool:
        return self.times >= 1


def coordinates(take: Take) -> dict[str, float]:
    """A take's measures in the units of LEAST."""
    melody = take.melody
    return {
        "height": 12 * math.log2(melody.f0_hz),
        "range": melody.f0_range,
        "pace": 100 * math.log(take.pace),
        "level": melody.level_db,
    }


def differences(takes: Mapping[str, Sequence[Take]]) -> list[Difference]:
    """Of each pair of emotions, whose takes are of the same sentences in the same order."""
    return [difference((a, takes[a]), (b, takes[b])) for a, b in combinations(takes, 2)]


def difference(first: tuple[str, Sequence[Take]], second: tuple[str, Sequence[Take]]) -> Difference:
    """The mean over sentences, as so many times its standard deviation over them, or LEAST if that is more."""
    pairs = [(coordinates(a), coordinates(b)) for a, b in zip(first[1], second[1], strict=True)]
    found = []
    for measure, least in LEAST.items():
        changes = np.array([b[measure] - a[measure] for a, b in pairs])
        mean = float(changes.mean())
        found.append((abs(mean) / max(least, float(changes.std(ddof=1))), measure, mean))
    times, measure, mean = max(found)
    return Difference(first[0], second[0], measure, mean, times)
