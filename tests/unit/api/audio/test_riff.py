"""A WAV with a label is one that strict readers of RIFF and simple ones read alike."""

import io
import wave

import pytest

from api.audio.encoder import FileEncoder, StreamEncoder
from api.audio.formats import FORMATS, Encoding
from tests.support.sounds import RATE, said

ODD_AND_EVEN = ["l" * 200, "l" * 201]
SAMPLES = 2400


def chunks(data: bytes) -> list[tuple[bytes, int]]:
    """Names and sizes, all of a file accounted for."""
    assert (b"RIFF", len(data) - 8, b"WAVE") == (data[:4], int.from_bytes(data[4:8], "little"), data[8:12])
    found, at = [], 12
    while at < len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        found.append((name, size))
        at += 8 + size + size % 2
    assert at == len(data)
    return found


@pytest.mark.parametrize("label", ODD_AND_EVEN)
def test_a_whole_file(label: str) -> None:
    """The label is the last chunk, so that the header has 44 bytes; sizes and padding are right."""
    encoder = FileEncoder(Encoding(FORMATS["wav"], label=label), RATE)
    encoder.write(said(RATE, 0.1), RATE, 0.0)
    data = b"".join(encoder.finish())
    assert [(b"fmt ", 16), (b"data", 2 * SAMPLES)] == chunks(data)[:2]
    assert [b"fmt ", b"data", b"id3 "] == [name for name, _ in chunks(data)]
    assert b"data" == data[36:40]
    with wave.open(io.BytesIO(data)) as reader:
        assert SAMPLES == reader.getnframes()


@pytest.mark.parametrize("label", ODD_AND_EVEN)
def test_a_stream(label: str) -> None:
    """The label stands before the samples, whose number is not known; both are sent with the first sound."""
    encoder = StreamEncoder(Encoding(FORMATS["wav"], label=label), RATE)
    data = b"".join(encoder.parts(said(RATE, 0.1), RATE, 0.0))
    assert b"" == encoder.finish()
    with wave.open(io.BytesIO(data)) as reader:
        assert (RATE, 1) == (reader.getframerate(), reader.getnchannels())
        assert data.endswith(reader.readframes(SAMPLES))
    size = int.from_bytes(data[40:44], "little")
    assert (b"id3 ", b"data") == (data[36:40], data[44 + size + size % 2 :][:4])
