"""Recordings as files: something like a voice, and what goes wrong with one."""

import io

import numpy as np
import soundfile
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def voice(seconds: float = 4.0, rate: int = 24000, level: float = 0.1, pitch: float = 150.0) -> Samples:
    """Harmonics under a syllable's envelope, four a second; `level` is about that of its loud frames."""
    time = np.arange(round(seconds * rate)) / rate
    tones = sum(np.sin(2 * np.pi * pitch * n * time + n) / n for n in range(1, 12))
    envelope = 0.5 - 0.5 * np.cos(2 * np.pi * 4 * time)
    samples: Samples = (level * tones * envelope).astype(np.float32)
    return samples


def file(samples: Samples, rate: int = 24000, kind: str = "WAV", subtype: str | None = None) -> bytes:
    """The samples, `[n]` or `[n, channels]`, in any format of libsndfile."""
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=kind, subtype=subtype)
    return buffer.getvalue()
