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

LONG_SHARE = 0.75
SHORT_SHARE = 0.01
"""Of the memory: an answer that takes no more than this is a short one."""


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


class Held:
    """What one answer takes of the memory; less as it is sent."""

    def __init__(self, memory: "AudioMemory", size: int) -> None:
        self._memory, self._size = memory, 0
        self.resize(size)

    def resize(self, size: int) -> None:
        self._memory.held_bytes += size - self._size
        self._size = size

    def sent(self, count: int) -> None:
        self.resize(max(0, self._size - count))


class AudioMemory:
    """What all finished but unsent audio of this process may take: a call that might exceed it is refused before.

    The last quarter is for short answers, so that slow readers of long ones do not keep everybody else out.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self.held_bytes = 0

    @contextmanager
    def hold(self, size: int) -> Iterator[Held]:
        """Room for `size` bytes, or `Refusal`. A call alone always has room."""
        limit = self._limit_bytes * (1.0 if size <= self._limit_bytes * SHORT_SHARE else LONG_SHARE)
        if self.held_bytes and self.held_bytes + size > limit:
            raise Refusal(problems.OVERLOADED, retry_after=RETRY_S)
        held = Held(self, size)
        try:
            yield held
        finally:
            held.resize(0)
