"""Louder and softer."""

import numpy as np

from api.engine.engine import Waveform

KNEE = 0.8
"""Amplitude from which on what was made louder is bent, so that it approaches full scale and never clips."""


def scaled(waveform: Waveform, volume: float) -> Waveform:
    """A waveform of so many times the amplitude: 2.0 is 6 dB louder.

    What a louder one has above the knee goes through a hyperbolic tangent, which continues it smoothly.
    """
    if volume == 1:
        return waveform
    louder = waveform * np.float32(volume)
    if volume < 1:
        return louder
    size = np.abs(louder)
    bent = KNEE + (1 - KNEE) * np.tanh((size - KNEE) / (1 - KNEE))
    limited: Waveform = np.where(size > KNEE, np.copysign(bent, louder), louder).astype(np.float32)
    return limited
