"""Silence around speech."""

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 10 ** (-45 / 20)
"""Of the loudest frame's level; Mandarin's softest initials lie above."""

FRAME_SECONDS = 0.01
KEPT_SECONDS = 0.05
FADE_SECONDS = 0.005
"""Within what is kept: where the quiet before or after is cut off there is no step to be heard."""


def speech_span(waveform: NDArray[np.float32], sample_rate: int) -> tuple[int, int]:
    """The samples from 50 ms before the first sound to 50 ms after the last."""
    size, kept = round(FRAME_SECONDS * sample_rate), round(KEPT_SECONDS * sample_rate)
    count = len(waveform) // size
    if not count:
        return 0, len(waveform)
    levels = np.sqrt(np.mean(waveform[: count * size].reshape(count, size) ** 2, axis=1))
    loud = np.flatnonzero(levels >= THRESHOLD * levels.max())
    return max(0, int(loud[0]) * size - kept), min(len(waveform), (int(loud[-1]) + 1) * size + kept)


def cut(waveform: NDArray[np.float32], start: int, end: int, sample_rate: int) -> NDArray[np.float32]:
    """These samples, faded in and out where something is cut off."""
    trimmed = waveform[start:end].copy()
    ramp = np.linspace(0, 1, round(FADE_SECONDS * sample_rate), dtype=np.float32)
    if start > 0:
        trimmed[: len(ramp)] *= ramp
    if end < len(waveform):
        trimmed[-len(ramp) :] *= ramp[::-1]
    return trimmed


def trim(waveform: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """The waveform from 50 ms before its first sound to 50 ms after its last."""
    return cut(waveform, *speech_span(waveform, sample_rate), sample_rate)
