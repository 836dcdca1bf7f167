import numpy as np
import pytest

from api.audio.repetition import likeness
from tests.support.sounds import babble


@pytest.mark.parametrize("rate", [8000, 22050, 24000, 48000])
def test_what_comes_again_is_like_itself(rate: int) -> None:
    """Whether a syllable or a sentence, and wherever it is cut."""
    sentence, syllable = babble(3.0, rate), babble(0.3, rate, seed=1)
    assert likeness(np.concatenate([sentence, np.tile(syllable, 8)]), rate, 3.7) > 0.95
    assert likeness(np.concatenate([sentence, sentence]), rate, 4.4) > 0.85


@pytest.mark.parametrize("seed", range(5))
def test_what_is_new_is_not_like_what_was_before(seed: int) -> None:
    """However much one syllable is like another."""
    assert likeness(babble(6.0, seed=seed), 24000, 4.0) < 0.7


def test_nothing_before() -> None:
    """A sound cannot be a repetition from its beginning on."""
    assert 0.0 == likeness(babble(2.0), 24000, 0.0)
