"""A higher or lower voice by playing it faster or slower; the acoustic model makes up for the time."""

import numpy as np
import soxr
from numpy.typing import NDArray


def pitched(waveform: NDArray[np.float32], pitch: float, sample_rate: int) -> NDArray[np.float32]:
    """The waveform played `pitch` times as fast."""
    if pitch == 1.0:
        return waveform
    resampled: NDArray[np.float32] = soxr.resample(waveform, sample_rate * pitch, sample_rate, soxr.HQ)
    return resampled
