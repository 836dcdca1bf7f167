import numpy as np
import pytest

from api.audio.loudness import Loudness
from api.engine.engine import Waveform
from tests.support.sounds import RATE, said


@pytest.mark.parametrize("rate", [8000, 22050, 24000])
def test_speech_begins_and_ends(rate: int) -> None:
    """To within a frame, whatever the rate: what is too soft to be speech does not count."""
    waveform = said(rate, 0.2, -0.5, 0.1, -0.3)
    waveform += np.float32(0.001) * np.sin(np.arange(len(waveform))).astype(np.float32)
    begin_s, end_s = Loudness(np.concatenate([said(rate, -0.15), waveform]), rate).speech()
    assert (0.15, 0.95) == pytest.approx((begin_s, end_s), abs=0.011)


@pytest.mark.parametrize("waveform", [np.zeros(2400, np.float32), np.zeros(0, np.float32)])
def test_silence(waveform: Waveform) -> None:
    """Where nobody speaks it is as if all were speech, and all of it is a pause."""
    loudness = Loudness(waveform, RATE)
    assert (0.0, len(waveform) / RATE) == loudness.speech()
    begin_s, end_s = loudness.pause(0.0, 0.05)
    assert 0.0 <= begin_s <= end_s <= 0.05


def test_how_much_is_heard() -> None:
    """Pauses are left out, the longest of them is known, and how loud the loudest moment is."""
    loudness = Loudness(said(RATE, 0.5, -0.4, 0.3, -0.7, 0.2), RATE)
    assert (1.0, 0.7) == pytest.approx((loudness.heard_s, loudness.longest_silence_s), abs=0.021)
    assert loudness.loudest == pytest.approx(0.3 / np.sqrt(2), rel=0.05)
    silence = Loudness(np.zeros(RATE, np.float32), RATE)
    assert (0.0, 0.0, 1.0) == pytest.approx((silence.heard_s, silence.loudest, silence.longest_silence_s))


def test_the_longest_pause_between_two_times() -> None:
    """Pauses outside do not count, and of one that begins or ends outside only what is between them."""
    loudness = Loudness(said(RATE, 0.5, -0.4, 0.5, -0.1, 0.5, -0.2, 0.5, -0.4, 0.5), RATE)
    assert loudness.pause(1.0, 2.5) == pytest.approx((2.0, 2.2), abs=0.011)
    assert loudness.pause(1.0, 1.9) == pytest.approx((1.4, 1.5), abs=0.011)
    assert loudness.pause(0.8, 1.6) == pytest.approx((0.8, 0.9), abs=0.011)


def test_no_pause() -> None:
    """Where there is no silence the quietest moment parts what is before and after."""
    waveform = said(RATE, 1.0)
    waveform[round(0.6 * RATE) : round(0.61 * RATE)] *= 0.1
    assert (0.605, 0.605) == pytest.approx(Loudness(waveform, RATE).pause(0.3, 0.9))


def test_times_outside_of_the_waveform() -> None:
    """An engine's times may be wrong: that is no error of ours."""
    begin_s, end_s = Loudness(said(RATE, 0.5), RATE).pause(3.0, 4.0)
    assert begin_s <= end_s
