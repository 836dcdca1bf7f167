from itertools import combinations

import numpy as np
import pytest

from speech.kokoro.prosody import FULL, melody
from speech.prosody import Prosody


def test_no_emotion_is_like_another() -> None:
    """Any two, the neutral voice among them, differ by 5 % of pace, a semitone of height or a decibel at least."""
    for one, other in combinations([Prosody(), *FULL.values()], 2):
        pace = abs(np.log(one.duration / other.duration)) / np.log(1.05)
        height = abs(12 * np.log2(one.pitch / other.pitch))
        level = abs(20 * np.log10(one.gain / other.gain))
        assert max(pace, height, level) >= 1, (one, other)


def test_a_melody_is_higher_and_wider_about_its_mean() -> None:
    """Intervals from the mean of what is voiced grow in log; what is not voiced stays as it is."""
    f0 = np.array([10, 100, 200, 400, 11], np.float32)
    assert [10, 50, 200, 800, 11] == pytest.approx(melody(f0, 1.0, 2.0).tolist())
    assert [10, 125, 250, 500, 11] == pytest.approx(melody(f0, 1.25, 1.0).tolist())
    assert [10, 200, 200, 200, 11] == pytest.approx(melody(f0, 1.0, 1e-9).tolist())


def test_without_a_voice_there_is_no_melody() -> None:
    """Silence stays silence."""
    assert [8, 9] == melody(np.array([8, 9], np.float32), 1.2, 2.0).tolist()
