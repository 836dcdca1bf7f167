import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.audio.volume import KNEE, scaled
from tests.support.sounds import said

TONE = said(24000, 0.1)


@pytest.mark.parametrize(("volume", "decibels"), [(0.5, -6.02), (2.0, 6.02), (0.1, -20.0)])
def test_decibels(volume: float, decibels: float) -> None:
    """What stays below the knee is so much louder or softer, sample by sample."""
    heard = scaled(TONE, volume)
    assert np.allclose(TONE * volume, heard)
    assert decibels == pytest.approx(20 * np.log10(np.std(heard) / np.std(TONE)), abs=0.01)


def test_as_it_is() -> None:
    """Nothing is done, and silence can be had."""
    assert TONE is scaled(TONE, 1.0)
    assert not scaled(TONE, 0.0).any()


@given(st.lists(st.floats(-1, 1, width=32), min_size=1), st.floats(1.01, 4.0))
def test_it_never_clips(samples: list[float], volume: float) -> None:
    """However loud: louder samples stay louder, none is beyond full scale, and what is below the knee is exact."""
    waveform = np.sort(np.array(samples, np.float32))
    heard = scaled(waveform, volume)
    assert heard.dtype == np.float32
    assert np.abs(heard).max() <= 1.0
    assert (np.diff(heard) >= -1e-6).all()
    exact = np.abs(waveform * volume) < KNEE
    assert np.allclose(waveform[exact] * volume, heard[exact], rtol=1e-5)
