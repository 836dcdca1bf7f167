"""Waveforms → one file of a format, by FFmpeg's libraries."""

from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from typing import Any, cast

import av
import numpy as np
import soxr
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from api.audio import riff
from api.audio.formats import Encoding
from api.engine.engine import Waveform
from api.labels.metadata import NAME

Samples = NDArray[np.int16]

FULL_SCALE = 32767
PIECE_BYTES = 65536
BEGINNING_S = 0.5
"""Of a stream, sent before the rest of its first sound is encoded, which takes mp3 12 ms of a core for a second."""

REPRODUCIBLE = {"fflags": "+bitexact"}
"""No serial number or version of the library in a file: the same speech is the same bytes."""

FLUSHED = {"flush_packets": "1"}
"""Nothing is kept back to be written in larger blocks."""


def samples_of(waveform: Waveform, rate: int, wanted: int) -> Samples:
    """16-bit samples at the wanted rate; what is too loud is clipped."""
    if rate != wanted:
        waveform = soxr.resample(waveform, rate, wanted)
    samples: Samples = np.rint(np.clip(waveform, -1, 1) * FULL_SCALE).astype(np.int16)
    return samples


def pieces_of(data: bytes | memoryview) -> deque[bytes]:
    """Of an answer, to be forgotten one by one."""
    return deque(bytes(data[start : start + PIECE_BYTES]) for start in range(0, len(data), PIECE_BYTES))


class _Pipe:
    """A file in which FFmpeg cannot go back."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since this was last asked."""
        written, self._written = self._written, []
        return b"".join(written)


class Encoder:
    """A file that grows by waveforms, made for an engine of so many samples a second. `rate` is the file's own.

    Where `in_no_time` is not set, what it does takes long enough to be done in a thread.
    """

    def __init__(
        self, encoding: Encoding, engine_rate: int, file: BytesIO | _Pipe, options: dict[str, str], **how: Any
    ) -> None:
        self.rate = rate = encoding.rate_of(engine_rate)
        self.in_no_time = encoding.format.is_plain and rate == engine_rate
        self._length = 0
        self._container = av.open(file, "w", format=encoding.format.muxer, options=REPRODUCIBLE | options, **how)
        if encoding.label:
            self._container.metadata[NAME] = encoding.label
        stream = self._container.add_stream(encoding.format.codec, rate=rate, options={"flags": "+bitexact"})
        self._stream = cast(AudioStream, stream)
        self._stream.layout = "mono"
        if bit_rate := encoding.bit_rate or encoding.format.bit_rate:
            self._stream.bit_rate = bit_rate

    @property
    def seconds(self) -> float:
        """Of what was written so far."""
        return self._length / self.rate

    def write(self, waveform: Waveform, rate: int, pause_s: float) -> None:
        """Add a waveform of another rate perhaps, and silence after it."""
        self._encode(self._samples(waveform, rate, pause_s))

    def _samples(self, waveform: Waveform, rate: int, pause_s: float) -> Samples:
        return np.concatenate([samples_of(waveform, rate, self.rate), np.zeros(round(pause_s * self.rate), np.int16)])

    def _close(self) -> None:
        self._mux(None)
        self._container.close()

    def _encode(self, samples: Samples) -> None:
        if not samples.size:
            return
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = self.rate
        frame.time_base = Fraction(1, self.rate)
        frame.pts = self._length
        self._length += samples.size
        self._mux(frame)

    def _mux(self, frame: av.AudioFrame | None) -> None:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)


class FileEncoder(Encoder):
    """A file as a whole, which says how long it is."""

    def __init__(self, encoding: Encoding, engine_rate: int) -> None:
        self._file = BytesIO()
        self._chunk = encoding.chunk
        super().__init__(encoding, engine_rate, self._file, encoding.options(stream=False), io_open=self._open_again)

    def finish(self) -> deque[bytes]:
        """The file, in pieces, to be forgotten one by one."""
        self._close()
        if self._chunk:
            riff.append(self._file, self._chunk)
        with self._file.getbuffer() as data:
            return pieces_of(data)

    def _open_again(self, _url: str, _flags: int, _options: object) -> BytesIO:
        """How MP4's muxer reads what it has written, to put the index in front of it."""
        return BytesIO(self._file.getvalue())


class StreamEncoder(Encoder):
    """A file that is sent while it grows."""

    def __init__(self, encoding: Encoding, engine_rate: int) -> None:
        self._pipe = _Pipe()
        super().__init__(encoding, engine_rate, self._pipe, FLUSHED | encoding.options(stream=True))
        if chunk := encoding.chunk:
            self._container.start_encoding()
            self._pipe.write(riff.insert(self._pipe.take(), chunk))

    def parts(self, waveform: Waveform, rate: int, pause_s: float) -> Iterator[bytes]:
        """Add as `write` does: what was written of it, in parts, the beginning of a stream before the rest is encoded.

        An encoder keeps a few hundredths of a second back.
        """
        samples, beginning = self._samples(waveform, rate, pause_s), round(BEGINNING_S * self.rate)
        is_one = self._length or len(samples) <= beginning
        for part in [samples] if is_one else np.split(samples, [beginning]):
            self._encode(part)
            yield self._pipe.take()

    def finish(self) -> bytes:
        """The end of the file."""
        self._close()
        return self._pipe.take()
