import numpy as np

from speech.silence import trim

RATE = 24000
TONE = np.sin(np.arange(RATE) * 0.1).astype(np.float32) * 0.5


def test_silence_around_speech_has_a_fixed_length() -> None:
    """However much silence there was, 50 ms are left at either end, to within a frame of 10 ms."""
    padded = np.concatenate([np.zeros(RATE, np.float32), TONE, np.zeros(RATE // 2, np.float32)])
    assert abs(len(trim(padded, RATE)) - (1 + 0.1) * RATE) <= 0.02 * RATE


def test_no_sound_is_lost() -> None:
    """Speech without silence around it is left whole."""
    assert np.array_equal(TONE, trim(TONE, RATE))


def test_a_cut_is_no_step() -> None:
    """Noise too soft to be speech is cut off with a fade of 5 ms at either end; what lies between is left alone."""
    hum = np.full(RATE, 0.001, np.float32)
    trimmed, fade = trim(np.concatenate([hum, TONE, hum]), RATE), round(0.005 * RATE)
    assert 0 == trimmed[0] == trimmed[-1]
    assert (np.diff(trimmed[:fade]) > 0).all()
    assert (np.diff(trimmed[-fade:]) < 0).all()
    (begin,) = np.flatnonzero(trimmed == TONE[100])[:1] - 100
    assert begin >= 2 * fade
    assert np.array_equal(TONE, trimmed[begin : begin + RATE])
    assert (trimmed[fade:begin] == np.float32(0.001)).all()


def test_pure_silence_is_left_as_it_is() -> None:
    """A waveform of zeros is no error."""
    assert RATE == len(trim(np.zeros(RATE, np.float32), RATE))
