import time

import pytest

from speech.text import latin
from speech.text.syllables import syllable
from speech.text.transliteration import ROWS


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("hello", "ha1 lou5"),
        ("WeChat", "wei1 qie4 te5"),
        ("iPhone", "ai1 feng4"),
        ("don't", "dong1 te5"),
        ("AI", "ei1 ai4"),
        ("W", "da2 bu4 liu5"),
        ("html", "ai2 qi5 ti4 ai2 mu5 ai2 er5"),
        ("HelloWorld", "ha1 lou5 wo1 er5 de5"),
        ("HTTPServer", "ai2 qi5 ti4 ti4 pi1 se1 wo5 er5"),
        ("zhangwei", "zhang1 wei1"),
        ("Kubernetes", "ku1 bei1 nei1 te1 si4"),
        ("London", "long1 dong4"),
        ("'", ""),
    ],
)
def test_words(word: str, expected: str) -> None:
    """Known words sound familiar, initials are spelled, names in pinyin and foreign words are sounded out."""
    assert expected == " ".join(latin.read(word))


@pytest.mark.parametrize("word", ["nan" * 2000 + "x", "a" * 5000, "aB" * 2000, "w" * 5000, "x'" * 3000])
def test_long_words(word: str) -> None:
    """Garbage takes no more than a moment, and at most three syllables a letter."""
    start = time.perf_counter()
    assert len(latin.read(word)) <= 3 * len(word)
    assert time.perf_counter() - start < 2


def test_tables() -> None:
    """Every entry of the tables is a syllable, and every row is whole."""
    for pinyin in latin._known().values():
        assert all(syllable(one).final for one in pinyin)
    assert {11} == {len(cells) for cells in ROWS.values()}
