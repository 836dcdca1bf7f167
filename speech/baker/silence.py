"""Silence around speech."""

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 10 ** (-45 / 20)
"""Of the loudest frame's level; Mandarin's softest initials lie above."""

FRAME_SECONDS = 0.01
KEPT_SECONDS = 0.05


def trim(waveform: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """The waveform from 50 ms before its first sound to 50 ms after its last."""
    size, kept = round(FRAME_SECONDS * sample_rate), round(KEPT_SECONDS * sample_rate)
    count = len(waveform) // size
    levels = np.sqrt(np.mean(waveform[: count * size].reshape(count, size) ** 2, axis=1))
    loud = np.flatnonzero(levels >= THRESHOLD * levels.max())
    return waveform[max(0, loud[0] * size - kept) : (loud[-1] + 1) * size + kept]
