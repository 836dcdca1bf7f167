"""The rhythm is 短长 短短, as loud as the speech that it announces."""

from itertools import groupby

import numpy as np
import pytest

from api.engine.engine import Speech
from api.labels.rhythm import LOUDEST, QUIETEST, rhythm
from tests.support.sounds import said

STEP_S = 0.01


def level(samples: np.typing.NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


@pytest.mark.parametrize("rate", [8000, 22050, 24000, 48000])
def test_short_long_pause_short_short(rate: int) -> None:
    """In units of 0.1 s, tones and silences in turn, at any sample rate."""
    sound = rhythm(Speech(said(rate, 1.0), rate))
    assert (rate, "float32") == (sound.sample_rate, sound.waveform.dtype.name)
    steps = sound.waveform[: len(sound.waveform) // round(STEP_S * rate) * round(STEP_S * rate)]
    loud = [level(step) > 0.02 for step in steps.reshape(-1, round(STEP_S * rate))]
    units = [(is_tone, len([*run]) * STEP_S / 0.1) for is_tone, run in groupby(loud)]
    assert [True, False, True, False, True, False, True] == [is_tone for is_tone, _ in units]
    assert [1, 1, 3, 3, 1, 1, 1] == pytest.approx([length for _, length in units], abs=0.25)


@pytest.mark.parametrize(("amplitude", "expected"), [(0.3, 0.3 / np.sqrt(2)), (1.0, LOUDEST), (0.0, QUIETEST)])
def test_it_is_as_loud_as_the_speech(amplitude: float, expected: float) -> None:
    """But neither inaudible beside a whisper nor clipped beside a shout."""
    speech = said(24000, 1.0) / np.float32(0.3) * np.float32(amplitude)
    waveform = rhythm(Speech(speech, 24000)).waveform
    long_tone = waveform[round(0.22 * 24000) : round(0.48 * 24000)]
    assert level(long_tone) == pytest.approx(expected, rel=0.02)
    assert np.abs(waveform).max() < 0.5


def test_it_does_not_click() -> None:
    """Tones begin and end in silence, without a jump."""
    waveform = rhythm(Speech(said(24000, 1.0), 24000)).waveform
    assert np.abs(waveform[[0, -1]]).max() < 1e-6
    slope = 2 * np.pi * 700 / 24000 * np.abs(waveform).max()
    assert np.abs(np.diff(waveform)).max() < 1.1 * slope
