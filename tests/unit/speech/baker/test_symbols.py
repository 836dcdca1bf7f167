import json
from pathlib import Path

import pytest
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_tone3

from speech.baker.files import MAPPER
from speech.baker.symbols import Symbols, Token, intervals
from speech.text import Pause, Syllable, pronounce
from speech.text.syllables import syllable
from speech.text.transliteration import ROWS


@pytest.fixture(scope="module")
def mapper(voice_folder: Path) -> bytes:
    return (voice_folder / MAPPER).read_bytes()


def _names(mapper: bytes, tokens: list[Token]) -> str:
    names = json.loads(mapper)["id_to_symbol"]
    return " ".join(names[str(number)] for number in Symbols(mapper).ids(tokens))


def test_symbols_are_in_the_order_of_the_corpus(mapper: bytes) -> None:
    """A sound is its initial, its final with the tone, and a boundary; silence begins and ends it."""
    ni, hao, a = Syllable("n", "i", 2), Syllable("h", "ao", 3), Syllable("", "a", 5)
    assert "sil n i2 #0 h ao3 #3 ^ a5 sil eos" == _names(mapper, [ni, hao, Pause.CLAUSE, a])
    assert "sil n i2 #2 h ao3 sil eos" == _names(mapper, [ni, Pause.SHORT, hao, Pause.SENTENCE])


def test_intervals() -> None:
    """A syllable has its initial, its final and the boundary after it; a pause its break, at the end nothing."""
    ni, hao, a = Syllable("n", "i", 2), Syllable("h", "ao", 3), Syllable("", "a", 5)
    # sil n i2 #0 h ao3 #3 ^ a5 sil eos
    durations = [10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1]
    assert [(10, 16), (16, 25), (25, 31), (31, 46)] == intervals([ni, hao, Pause.CLAUSE, a], durations)
    assert [(10, 13), (13, 13)] == intervals([ni, Pause.SENTENCE], [10, 1, 2, 9, 1])


def test_every_reading_has_symbols(mapper: bytes) -> None:
    """There is a symbol for every reading of every character that pypinyin knows, in every tone."""
    symbols = Symbols(mapper)
    readings = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    for reading in readings:
        written = to_tone3(reading, v_to_u=False, neutral_tone_with_five=True)
        for tone in range(1, 6):
            assert symbols.ids([syllable(f"{written[:-1]}{tone}")])


def test_every_sound_of_a_foreign_word_has_symbols(mapper: bytes) -> None:
    """There are symbols for what letters, known words and transliteration are made of."""
    symbols = Symbols(mapper)
    assert symbols.ids(list(pronounce("WiFi, " + " ".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))))
    for cells in ROWS.values():
        assert all(symbols.ids([syllable(f"{cell}1")]) for cell in cells if cell != "-")
    words = Path(pronounce.__code__.co_filename).with_name("latin.txt").read_text("utf-8").splitlines()
    for _, *pinyin in map(str.split, words):
        assert symbols.ids([syllable(one) for one in pinyin])
