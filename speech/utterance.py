"""What goes into an engine's acoustic model and what comes out of it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speech.errors import InvalidParameterError

EMOTIONS = ("happy", "angry", "sad", "afraid", "disgusted", "melancholic", "surprised", "calm")
"""The order of the emotion vector, as IndexTTS2 defines it."""

NEUTRAL = (0.0,) * len(EMOTIONS)

EMOTION_RANGE = (0.0, 1.0)
INTENSITY_RANGE = (0.0, 1.0)
SPEED_RANGE = (0.5, 2.0)
PITCH_RANGE = (0.8, 1.25)


@dataclass(frozen=True)
class Utterance:
    """One segment to be spoken.

    `speed` 2.0 is twice as fast; `pitch` 2.0 is an octave up; both 1.0 as is. `voice_audio` is the recording of a
    cloned voice, for an engine that does not hold it yet. An emotion is a vector, or read from `emotion_text`, or
    heard in the recording `emotion_audio`, where the engine can; `intensity` 0…1 is how much of it there is, None as
    much as the engine finds right. The same utterance gives the same samples.
    """

    text: str
    voice: str
    emotion: tuple[float, ...] = NEUTRAL
    speed: float = 1.0
    pitch: float = 1.0
    seed: int = 0
    intensity: float | None = None
    voice_audio: bytes | None = None
    emotion_text: str = ""
    emotion_audio: bytes | None = None


def check(utterance: Utterance) -> None:
    """Raise `InvalidParameterError` unless the numbers of an utterance are such as every engine takes."""
    if len(utterance.emotion) != len(EMOTIONS):
        raise InvalidParameterError(f"EMOTION 应有 {len(EMOTIONS)} 个数，收到 {len(utterance.emotion)} 个")
    _check_range("EMOTION", utterance.emotion, EMOTION_RANGE)
    _check_range("INTENSITY", [] if utterance.intensity is None else [utterance.intensity], INTENSITY_RANGE)
    _check_range("SPEED", [utterance.speed], SPEED_RANGE)
    _check_range("PITCH", [utterance.pitch], PITCH_RANGE)


def _check_range(name: str, values: Iterable[float], allowed: tuple[float, float]) -> None:
    low, high = allowed
    for value in values:
        if not low <= value <= high:  # nan is not either
            raise InvalidParameterError(f"{name} 应在 {low:g} 到 {high:g} 之间，收到 {value:g}")


@dataclass(frozen=True)
class Spectrum:
    """A log-mel spectrogram `[frames, n_mels]`, or an engine's own features, and what is done to its waveform.

    The vocoder's waveform is to be resampled so that its pitch is `pitch` times as high (and its duration
    1/`pitch` of what it was: the acoustic model has already made it that much longer), then multiplied by `gain`.
    `character_frames`, of an engine that knows, `[characters, 2]`: at which frame each character of the text begins
    and ends. `style`, of an engine whose vocoder has several voices, `[numbers]`: which of them speaks.
    """

    mel: NDArray[np.float32]
    pitch: float = 1.0
    gain: float = 1.0
    character_frames: NDArray[np.float32] | None = None
    style: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Spoken:
    """A mono waveform, −1…1, of so many samples a second.

    `character_times`, of an engine that knows, `[characters, 2]`: when in it, in seconds, each character of the text
    begins and ends.
    """

    waveform: NDArray[np.float32]
    sample_rate: int
    character_times: NDArray[np.float32] | None = None
