import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.baker import prosody as baker
from speech.kokoro import prosody as kokoro
from speech.prosody import Prosody, mixed
from speech.utterance import EMOTIONS, NEUTRAL

FULL = baker.FULL


def test_no_emotion_changes_nothing() -> None:
    """The zero vector is the neutral voice."""
    assert Prosody() == mixed(FULL, NEUTRAL)


@pytest.mark.parametrize("table", [baker.FULL, kokoro.FULL], ids=["baker", "kokoro"])
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_pure_emotion_is_its_row_of_the_table(emotion: str, table: dict[str, Prosody]) -> None:
    """An emotion at 1.0 has exactly the documented factors."""
    vector = [float(name == emotion) for name in EMOTIONS]
    assert list(vars(table[emotion]).values()) == pytest.approx(list(vars(mixed(table, vector)).values()))


def test_half_an_emotion_is_half_of_the_interval() -> None:
    """Two halves of an emotion make the whole: factors multiply."""
    half = mixed(FULL, [0.5, 0, 0, 0, 0, 0, 0, 0])
    assert FULL["happy"].pitch == pytest.approx(half.pitch**2)


def test_intensity() -> None:
    """Half of the intensity is half of whatever emotion there is, none is the neutral voice."""
    assert mixed(FULL, [0.5, 0, 0, 0, 0, 0, 0, 0]) == mixed(FULL, [1, 0, 0, 0, 0, 0, 0, 0], 0.5)
    assert mixed(FULL, [0.5] * 8, 1.0) == mixed(FULL, [0.5] * 8)
    assert Prosody() == mixed(FULL, [1.0] * 8, 0.0)


@given(st.lists(st.floats(0, 1), min_size=8, max_size=8))
def test_a_mixture_stays_within_the_pure_emotions(emotion: list[float]) -> None:
    """Whatever the mixture, no factor is beyond the strongest pure emotion, or beyond neutral."""
    for name, value in vars(mixed(FULL, emotion)).items():
        factors = [1.0, *(getattr(row, name) for row in FULL.values())]
        assert min(factors) * (1 - 1e-9) <= value <= max(factors) * (1 + 1e-9)
