import numpy as np

from benchmarks.baseline_article.model import wav
from benchmarks.load.records import audio_seconds


def test_a_wav_has_a_header_that_callers_can_read() -> None:
    """44 bytes that agree with what follows, so that the audio of both sides is counted in the same way."""
    made = wav(np.zeros(12000, np.float32), 24000)
    assert 0.5 == audio_seconds(made[:44], len(made))
    assert 44 + 24000 == len(made)


def test_samples_too_loud_are_cut_off() -> None:
    """They do not come back with the other sign."""
    made = wav(np.array([0.0, 1.5, -1.5], np.float32), 24000)
    assert [0, 32767, -32767] == np.frombuffer(made[44:], "<i2").tolist()
