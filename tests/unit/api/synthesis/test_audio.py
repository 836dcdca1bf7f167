"""The WAV is one that every player takes."""

import io
import wave

import numpy as np
import pytest

from api.problems import Refusal
from api.synthesis import audio


def test_header() -> None:
    """16-bit mono PCM with the right rate and length, in the plain 44-byte form."""
    samples = audio.pcm(np.zeros(240, np.float32)) + audio.silence(0.5, 24000)
    data = audio.wav(samples, 24000)
    with wave.open(io.BytesIO(data)) as reader:
        assert (1, 2, 24000, 12240) == reader.getparams()[:4]
    assert 44 + 2 * 12240 == len(data)
    assert 0.51 == audio.seconds(samples, 24000)


def test_clipping() -> None:
    """What is louder than full scale stays at full scale instead of wrapping around."""
    samples = audio.pcm(np.array([0.0, 0.5, 1.0, 1.5, -1.0, -9.0], np.float32))
    assert [0, 16384, 32767, 32767, -32767, -32767] == np.frombuffer(samples, "<i2").tolist()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_not_a_number(bad: float) -> None:
    """A waveform that is not one is the engine's failure, never noise in someone's ear."""
    with pytest.raises(Refusal, match="synthesis_failed"):
        audio.pcm(np.array([0.0, bad], np.float32))
