import pytest
import torch
from torch import Tensor

from speech.indextts2.emotion import EmotionBank, blend, mix, text_weights, weights
from speech.utterance import EMOTIONS, NEUTRAL

COUNTS = (3, 17, 2, 8, 4, 5, 10, 24)
"""The official emo_num: 73 rows."""


def _only(name: str, value: float = 1.0) -> tuple[float, ...]:
    return tuple(value * (name == other) for other in EMOTIONS)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("happy", 0.5, 0.46875),
        ("angry", 0.5, 0.4375),
        ("sad", 0.5, 0.5),
        ("afraid", 0.5, 0.5),
        ("disgusted", 0.5, 0.46875),
        ("melancholic", 0.5, 0.46875),
        ("surprised", 1.0, 0.6875),
        ("calm", 1.0, 0.5625),
        ("happy", 1.0, 0.8),
        ("sad", 1.0, 0.8),
    ],
)
def test_each_emotion_has_its_bias_and_all_a_cap(name: str, value: float, expected: float) -> None:
    """The official factor of each emotion, and never more than 0.8."""
    assert _only(name, expected) == pytest.approx(weights(_only(name, value)))


def test_the_cap_keeps_proportions() -> None:
    """A vector whose biased sum is beyond 0.8 is scaled down as a whole."""
    vector = (0.8, 0, 0.8, 0, 0, 0, 0.4, 0)
    found = weights(vector)
    assert 0.8 == pytest.approx(sum(found))
    biased = (0.75, 0, 0.8, 0, 0, 0, 0.275, 0)
    assert [value * 0.8 / 1.825 for value in biased] == pytest.approx(found)


def test_intensity_comes_after_the_cap() -> None:
    """Half the intensity is half of what is left after bias and cap, as upstream's interface and model do it."""
    assert _only("sad", 0.4) == pytest.approx(weights(_only("sad"), 0.5))
    assert NEUTRAL == weights(_only("sad"), 0.0)
    assert NEUTRAL == weights(NEUTRAL)


def test_a_text_has_no_bias_and_a_cap_of_one() -> None:
    """What a model read from a text counts as it stands, and at most replaces the recording's emotion."""
    assert _only("calm") == text_weights(_only("calm"))
    assert _only("calm", 0.5) == text_weights(_only("calm"), 0.5)
    assert _only("happy") == pytest.approx(text_weights(_only("happy", 1.2)))


def _bank(styles: Tensor | None = None) -> tuple[EmotionBank, Tensor, Tensor]:
    generator = torch.manual_seed(0)
    styles = torch.randn(73, 12, generator=generator) if styles is None else styles
    emotions = torch.randn(73, 20, generator=generator)
    return EmotionBank(styles, emotions, COUNTS), styles, emotions


def test_the_row_is_the_most_similar_speakers() -> None:
    """Within each emotion's own block, by direction and not by length."""
    bank, styles, _ = _bank()
    chosen, start = [], 0
    for count in COUNTS:
        chosen.append(start + count // 2)
        start += count
    style = torch.randn(12, generator=torch.manual_seed(1))
    styles[chosen] = 0.01 * style + 1e-4
    bank = _bank(styles)[0]
    assert [count // 2 for count in COUNTS] == bank.rows(5 * style)


def test_rows_are_chosen_by_brute_force_the_same() -> None:
    """For any style, the cosine with every row of the block says the same."""
    bank, styles, _ = _bank()
    style = torch.randn(12, generator=torch.manual_seed(2))
    expected, start = [], 0
    for count in COUNTS:
        cosines = [float(row @ style / row.norm() / style.norm()) for row in styles[start : start + count]]
        expected.append(cosines.index(max(cosines)))
        start += count
    assert expected == bank.rows(style)
    assert len(set(expected)) > 3


def test_the_vector_is_the_weighted_sum_of_the_rows() -> None:
    """Each weight counts the row of its own emotion, in the order of the contract."""
    bank, _, emotions = _bank()
    style = torch.randn(12, generator=torch.manual_seed(3))
    rows = bank.rows(style)
    for i, name in enumerate(EMOTIONS):
        vector, total = bank.vector(_only(name, 0.5), style)
        assert 0.5 == total
        torch.testing.assert_close(0.5 * emotions[sum(COUNTS[:i]) + rows[i]], vector)
    parts = [bank.vector(_only(name, 0.1), style)[0] for name in EMOTIONS]
    torch.testing.assert_close(sum(parts), bank.vector((0.1,) * 8, style)[0])


def test_the_rest_is_the_recordings_own_emotion() -> None:
    """What the weights leave of 1 is the recording's; without weights it is all the recording's."""
    audio, mixture = torch.tensor([1.0, 2.0]), torch.tensor([0.5, -0.5])
    torch.testing.assert_close(torch.tensor([0.9, 0.3]), mix(audio, mixture, 0.6))
    bank, _, _ = _bank()
    own = torch.randn(20)
    assert torch.equal(own, mix(own, *bank.vector(weights(NEUTRAL), torch.randn(12))))


def test_mixing_keeps_the_kind_of_number() -> None:
    """A model in half precision gets an emotion in half precision."""
    own = torch.ones(20, dtype=torch.bfloat16)
    assert torch.bfloat16 == mix(own, *_bank()[0].vector(weights(_only("sad")), torch.randn(12))).dtype


def test_another_recordings_emotion_is_blended_by_intensity() -> None:
    """0 is one's own, 1 the other's, between them a straight line."""
    own, other = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 0.0])
    assert torch.equal(own, blend(own, other, 0.0))
    assert torch.equal(other, blend(own, other, 1.0))
    assert torch.equal(torch.tensor([1.5, 1.5]), blend(own, other, 0.25))
