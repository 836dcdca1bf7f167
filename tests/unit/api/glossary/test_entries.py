"""What an entry of a glossary may be."""

import pytest

from api.glossary.entries import SPOKEN_CHARACTERS, WORD_CHARACTERS, entry_of, guessed
from api.problems import Refusal


def test_spoken() -> None:
    """Pinyin reaches an engine as marks, an alias as it is."""
    assert "‹行|HANG2›‹长|ZHANG3›" == entry_of("行长", pinyin="háng zhang3").spoken
    assert "世卫组织" == entry_of("WHO", alias="世卫组织").spoken


@pytest.mark.parametrize(
    ("word", "reading", "spoken"),
    [
        ("行长", "hang2 zhang3", "‹行|HANG2›‹长|ZHANG3›"),
        ("行长", "老大", "老大"),
        ("AI", "A I", "A I"),
        ("C++", "C加加", "C加加"),
    ],
)
def test_guessed(word: str, reading: str, spoken: str) -> None:
    """Letters are pinyin where the word is Chinese."""
    assert spoken == guessed(word, reading).spoken


@pytest.mark.parametrize("word", ["", " ", "a ", "\ta", "‹行|XING2›", "a\nb", "字" * (WORD_CHARACTERS + 1)])
def test_bad_words(word: str) -> None:
    """A word has a length, and nothing that would break a mark or a line."""
    with pytest.raises(Refusal, match="invalid_word"):
        entry_of(word, alias="好")


@pytest.mark.parametrize(
    "reading",
    [
        {},
        {"pinyin": "hang2 zhang3", "alias": "老大"},
        {"pinyin": "hang2"},
        {"pinyin": "hang zhang"},
        {"pinyin": "hang2 zhang9"},
        {"alias": ""},
        {"alias": "‹行|XING2›"},
        {"alias": "字" * (SPOKEN_CHARACTERS + 1)},
    ],
)
def test_bad_readings(reading: dict[str, str]) -> None:
    """There is one reading: a syllable with a tone for each character, or a text of limited length."""
    with pytest.raises(Refusal, match="invalid_reading"):
        entry_of("行长", **reading)


def test_bad_pinyin_is_no_alias() -> None:
    """What was meant as pinyin and is none is refused, not read letter by letter."""
    with pytest.raises(Refusal, match="invalid_reading"):
        guessed("行长", "hang2 zhan")
