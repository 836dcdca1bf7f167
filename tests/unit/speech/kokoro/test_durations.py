import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from speech.kokoro.durations import paced, rounded


@given(st.lists(st.floats(1, 50), min_size=3, max_size=60))
def test_what_can_be_kept_is_kept(lengths: list[float]) -> None:
    """Where no symbol is shorter than a frame, each ends within half a frame of where it should."""
    frames = rounded(np.array(lengths, np.float32))
    assert frames.min() >= 1
    assert np.abs(np.cumsum(frames) - np.cumsum(lengths)).max() < 0.51


def test_a_symbol_lasts_a_frame_at_least() -> None:
    """Those after it are shorter for it."""
    assert [1, 1, 1, 3, 2] == rounded(np.array([0.5, 0.5, 0.5, 4.4, 2.0], np.float32)).tolist()


def test_the_edges_are_no_longer_when_speech_is_slow() -> None:
    """Slow speech has longer sounds between the same silences, and fast speech shorter ones of both."""
    lengths = np.array([16, 4, 6, 10], np.float32)
    assert [16, 8, 12, 10] == paced(lengths, 0.5).tolist()
    assert [8, 2, 3, 5] == paced(lengths, 2.0).tolist()
