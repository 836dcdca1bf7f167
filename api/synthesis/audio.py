"""Waveforms → one WAV, in pieces."""

import io
import wave
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from api import problems
from api.engine.engine import Waveform
from api.problems import Refusal

SAMPLE_BYTES = 2
FULL_SCALE = 32767
PIECE_BYTES = 65536
HEADER_BYTES = 44

RETRY_S = 5


def pcm(waveform: Waveform) -> bytes:
    """16-bit samples; what is too loud is clipped."""
    samples: NDArray[np.int16] = np.rint(np.clip(waveform, -1, 1) * FULL_SCALE).astype("<i2")
    return samples.tobytes()


def silence(seconds: float, rate: int) -> bytes:
    return bytes(round(seconds * rate) * SAMPLE_BYTES)


class Wav:
    """A file that grows by samples and is given away piece by piece, once."""

    def __init__(self) -> None:
        self._parts: deque[bytes] = deque()
        self._sample_bytes = 0
        self._rate = 1

    def append(self, samples: bytes, rate: int) -> None:
        self._parts.append(samples)
        self._sample_bytes += len(samples)
        self._rate = rate

    @property
    def seconds(self) -> float:
        return self._sample_bytes / SAMPLE_BYTES / self._rate

    def __len__(self) -> int:
        return HEADER_BYTES + self._sample_bytes

    def pieces(self) -> Iterator[bytes]:
        """All bytes in order; what was taken is not kept."""
        yield self._header()
        while self._parts:
            part = memoryview(self._parts.popleft())
            for start in range(0, len(part), PIECE_BYTES):
                yield bytes(part[start : start + PIECE_BYTES])

    def _header(self) -> bytes:
        file = io.BytesIO()
        with wave.open(file, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(SAMPLE_BYTES)
            writer.setframerate(self._rate)
            writer.setnframes(self._sample_bytes // SAMPLE_BYTES)
            writer.writeframesraw(b"")
            return file.getvalue()


class AudioMemory:
    """What all finished but unsent audio of this process may take: a call that might exceed it is refused before."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._held_bytes = 0

    @contextmanager
    def hold(self, size: int) -> Iterator[None]:
        """Room for `size` bytes, or `Refusal`. A call alone always has room."""
        if self._held_bytes and self._held_bytes + size > self._limit_bytes:
            raise Refusal(problems.OVERLOADED, retry_after=RETRY_S)
        self._held_bytes += size
        try:
            yield
        finally:
            self._held_bytes -= size
