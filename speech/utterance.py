"""What goes into an engine's acoustic model and what comes out of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EMOTIONS = ("happy", "angry", "sad", "afraid", "disgusted", "melancholic", "surprised", "calm")
"""The order of the emotion vector, as IndexTTS2 defines it."""

NEUTRAL = (0.0,) * len(EMOTIONS)


@dataclass(frozen=True)
class Utterance:
    """One segment to be spoken.

    `speed` 2.0 is twice as fast; `pitch` 2.0 is an octave up; both 1.0 as is.
    The same utterance gives the same samples.
    """

    text: str
    voice: str
    emotion: tuple[float, ...] = NEUTRAL
    speed: float = 1.0
    pitch: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class Spectrum:
    """A log-mel spectrogram `[frames, n_mels]` and what signal processing does to its waveform.

    The vocoder's waveform is to be resampled so that its pitch is `pitch` times as high (and its duration
    1/`pitch` of what it was: the acoustic model has already made it that much longer), then multiplied by `gain`.
    """

    mel: NDArray[np.float32]
    pitch: float = 1.0
    gain: float = 1.0
