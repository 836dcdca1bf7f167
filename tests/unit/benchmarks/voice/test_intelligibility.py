import pytest

from benchmarks.voice.intelligibility import Understood, error_rate, understood, units
from benchmarks.voice.sentences import LISTS, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好，世界！", "ni hao shi jie"),
        ("3月15日", "san yue shi wu ri"),
        ("去银行旅行", "qu yin hang lv xing"),
        ("我爱English。", "wo ai english"),
    ],
)
def test_units_of_mandarin(text: str, expected: str) -> None:
    """A unit is a syllable without its tone, or an English word; numbers are written out, and signs are none."""
    assert expected.split() == units(text)


def test_units_of_english() -> None:
    """Case and signs do not matter, and numbers are English words."""
    assert ["it's", "eight", "o'clock"] == units("It's 8 o'clock!", english=True)


@pytest.mark.parametrize(
    ("heard", "errors"),
    [
        ("他在市场买了两个瓜", 0),
        ("她在市场买了2个瓜。", 0),
        ("他在商场买了两个瓜", 1),
        ("他在市场买两个瓜", 1),
        ("他在市场里买了两个瓜", 1),
        ("", 9),
    ],
)
def test_errors(heard: str, errors: int) -> None:
    """A syllable replaced, left out or put in is an error; one that only looks otherwise is none."""
    assert Understood(errors, 9) == understood("他在市场买了两个瓜", heard)


def test_error_rate() -> None:
    """It is of all units together, not the mean of the sentences' rates."""
    assert 0.2 == error_rate([Understood(2, 2), Understood(0, 8)])


def test_silence_cannot_be_judged() -> None:
    """A sentence in which nothing is said would count as perfect."""
    with pytest.raises(ValueError, match="nothing in it can be said"):
        understood("……", "你好")


@pytest.mark.parametrize("name", LISTS)
def test_sentences_can_be_judged(name: str) -> None:
    """Each is there once, fits into an utterance of every engine, and is understood whole by who hears just that."""
    texts = sentences(name)
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert len(text) <= 80
        assert 0 == understood(text, text, english=name == "english").errors
