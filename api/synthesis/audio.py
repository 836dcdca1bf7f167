"""Waveforms → one WAV."""

import io
import wave

import numpy as np
from numpy.typing import NDArray

from api import problems
from api.problems import Refusal

Waveform = NDArray[np.float32]
"""Mono, −1…1."""

SAMPLE_BYTES = 2
FULL_SCALE = 32767


def pcm(waveform: Waveform) -> bytes:
    """16-bit samples; what is too loud is clipped, what is not a number is an engine's failure."""
    if not np.isfinite(waveform).all():
        raise Refusal(problems.SYNTHESIS_FAILED)
    samples: NDArray[np.int16] = np.rint(np.clip(waveform, -1, 1) * FULL_SCALE).astype("<i2")
    return samples.tobytes()


def silence(seconds: float, rate: int) -> bytes:
    return bytes(round(seconds * rate) * SAMPLE_BYTES)


def wav(samples: bytes | bytearray, rate: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(SAMPLE_BYTES)
        writer.setframerate(rate)
        writer.writeframes(samples)
    return file.getvalue()


def seconds(samples: bytes | bytearray, rate: int) -> float:
    return len(samples) / SAMPLE_BYTES / rate
