"""Whether a sound says again what it has said."""

import numpy as np
from numpy.typing import NDArray

from api.engine.engine import Waveform

FRAME_S = 0.02
SHORTEST_S = 0.1
"""Of what is repeated: half a syllable is always like the other half."""

BANDS = 16
LOWEST_HZ, HIGHEST_HZ = 100.0, 4000.0
FLOOR = 1e-4
"""Of the loudest energy in a band: what is softer is silence."""

TINY = 1e-6


def likeness(waveform: Waveform, rate: int, start_s: float) -> float:
    """How like the sound from `start_s` to its end is, as a whole, to what is heard some time before: 1.0 is the same.

    The cosine of the frames' spectra, on average, at the lag where it is the highest.
    """
    frames = _spectra(waveform, rate)
    start = round(start_s / FRAME_S)
    tail = frames[start:]
    lags = range(round(SHORTEST_S / FRAME_S), start + 1)
    return max((float(np.vdot(tail, frames[start - lag : -lag])) / len(tail) for lag in lags), default=0.0)


def _spectra(waveform: Waveform, rate: int) -> NDArray[np.float32]:
    """Of each frame the logarithms of the energies in bands, without their averages, of length 1: `[frames, BANDS]`."""
    size = round(FRAME_S * rate)
    frames = waveform[: len(waveform) // size * size].reshape(-1, size)
    power = np.abs(np.fft.rfft(frames * np.hanning(size).astype(np.float32))) ** 2
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1) * size / rate
    energies = np.add.reduceat(power, np.unique(edges.astype(int)), axis=1)[:, :-1]
    logs = np.log(np.maximum(energies, FLOOR * energies.max()))
    logs -= logs.mean(axis=0)
    logs /= np.maximum(np.linalg.norm(logs, axis=1, keepdims=True), TINY)
    spectra: NDArray[np.float32] = logs.astype(np.float32)
    return spectra
