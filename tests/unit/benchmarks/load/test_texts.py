import pytest

from api.synthesis.segments import cut
from benchmarks.load.texts import KINDS, LENGTHS, Texts

LENGTH = {"short": (20, 20), "long": (600, 600), "mixture": (20, 1000)}


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_is_given_twice(kind: str) -> None:
    """Thousands of texts, all different, of the kind's lengths."""
    texts = Texts(1)
    given = [texts.of(kind) for _ in range(2000)]
    assert len(set(given)) == 2000
    shortest, longest = LENGTH[kind]
    assert shortest == min(map(len, given))
    assert 0.9 * longest <= max(map(len, given)) <= longest


def test_a_mixture_is_mostly_short() -> None:
    """70 % short, 25 % of 100 to 300 characters, 5 % longer; within what chance does to 4000."""
    texts = Texts(1)
    lengths = [len(texts.of("mixture")) for _ in range(4000)]
    shares = [sum(low <= one <= high for one in lengths) / 4000 for low, high in ((20, 20), (100, 300), (600, 1000))]
    assert [0.70, 0.25, 0.05] == pytest.approx(shares, abs=0.03)
    assert sum(shares) == pytest.approx(1)


@pytest.mark.parametrize("characters", [20, 80])
def test_a_sentence_is_one_segment(characters: int) -> None:
    """As the api cuts it for a voice whose longest segment has 80 characters."""
    texts = Texts(1)
    for text in (texts.sentence(characters) for _ in range(200)):
        assert [text] == [segment.text for segment in cut(text, 80)]
        assert characters == len(text)


def test_the_same_seed_gives_the_same_texts() -> None:
    """A run can be repeated."""
    first, second = Texts(7), Texts(7)
    assert [first.of("mixture") for _ in range(50)] == [second.of("mixture") for _ in range(50)]


def test_every_character_can_be_pronounced() -> None:
    """Nothing but Chinese characters and punctuation."""
    text = Texts(1).sized(1000)
    assert [] == [one for one in text if not ("一" <= one <= "鿿" or one in "，。！")]
    assert set(LENGTHS) == set(KINDS)
