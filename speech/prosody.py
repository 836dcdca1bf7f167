"""Emotions as prosody: how a feeling changes pace, melody, height and loudness.

The directions are the field's common findings (Klaus R. Scherer, "Vocal communication of emotion: a review of research
paradigms", Speech Communication 40, 2003); the amounts are each engine's own, chosen to be heard and to stay natural.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from speech.utterance import EMOTIONS


@dataclass(frozen=True)
class Prosody:
    """Factors on the neutral voice: length of sounds, range of the melody, height of the voice, amplitude."""

    duration: float = 1.0
    spread: float = 1.0
    pitch: float = 1.0
    gain: float = 1.0


def mixed(full: Mapping[str, Prosody], emotion: Sequence[float], intensity: float | None = None) -> Prosody:
    """The prosody of an emotion vector of eight values 0…1; `intensity` 0…1 is how much of it, None all.

    `full` is each emotion at full intensity. Factors multiply, each to the power of its emotion's value, so that half
    of an emotion is half of its interval; a vector whose sum is above 1 is scaled to 1, so that no mixture is stronger
    than a pure emotion.
    """
    logs = np.log([[*vars(full[name]).values()] for name in EMOTIONS])
    weights = np.asarray(emotion) / max(1.0, sum(emotion)) * (1.0 if intensity is None else intensity)
    return Prosody(*np.exp(weights @ logs).tolist())
