"""A waveform as a file."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def write(file: Path, waveform: NDArray[np.float32], sample_rate: int) -> None:
    """16-bit mono; samples −1…1."""
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(sample_rate)
        writer.writeframes((waveform * 32767).astype("<i2").tobytes())
