"""Emotions as prosody: how a feeling changes pace, melody, height and loudness.

The directions are the field's common findings (Klaus R. Scherer, "Vocal communication of emotion: a review of research
paradigms", Speech Communication 40, 2003); the amounts are ours, chosen to be heard and to stay natural.
"""

from collections.abc import Sequence
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


FULL = {
    "happy": Prosody(duration=0.90, spread=1.35, pitch=1.08, gain=1.10),
    "angry": Prosody(duration=0.86, spread=1.45, pitch=1.03, gain=1.35),
    "sad": Prosody(duration=1.22, spread=0.55, pitch=0.93, gain=0.70),
    "afraid": Prosody(duration=0.84, spread=1.15, pitch=1.12, gain=0.80),
    "disgusted": Prosody(duration=1.10, spread=0.80, pitch=0.95, gain=0.95),
    "melancholic": Prosody(duration=1.15, spread=0.70, pitch=0.96, gain=0.80),
    "surprised": Prosody(duration=0.95, spread=1.60, pitch=1.11, gain=1.15),
    "calm": Prosody(duration=1.06, spread=0.80, pitch=0.99, gain=0.88),
}
"""Each emotion at full intensity."""

_LOGS = np.log([[*vars(FULL[emotion]).values()] for emotion in EMOTIONS])


def prosody(emotion: Sequence[float], intensity: float | None = None) -> Prosody:
    """The prosody of an emotion vector of eight values 0…1; `intensity` 0…1 is how much of it, None all.

    Factors multiply, each to the power of its emotion's value, so that half of an emotion is half of its interval;
    a vector whose sum is above 1 is scaled to 1, so that no mixture is stronger than a pure emotion.
    """
    weights = np.asarray(emotion) / max(1.0, sum(emotion)) * (1.0 if intensity is None else intensity)
    return Prosody(*np.exp(weights @ _LOGS).tolist())
