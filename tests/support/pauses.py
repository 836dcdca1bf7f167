"""Finds the pauses in a sound sample by sample, as somebody would who looks at the wave: no frames, no mean levels."""

import numpy as np
from numpy.typing import NDArray

FAINT = 0.004
"""About -48 dB of full scale."""

SHORTEST_S = 0.025
"""Longer than a period of any voice, shorter than any pause."""


def edges(samples: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Where sound begins and ends, in turn, in seconds."""
    loud = np.flatnonzero(np.abs(samples) > FAINT)
    gaps = np.flatnonzero(np.diff(loud) > SHORTEST_S * rate)
    found = np.concatenate([loud[:1], np.stack([loud[gaps] + 1, loud[gaps + 1]], axis=1).ravel(), loud[-1:] + 1])
    times: NDArray[np.float64] = found / rate
    return times


def off_by(times: list[float], found: NDArray[np.float64]) -> float:
    """How far the worst of some times is from the nearest edge."""
    return max(float(np.abs(found - time).min()) for time in times)
