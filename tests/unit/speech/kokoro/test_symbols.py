import numpy as np

from speech.kokoro.symbols import Symbol, heard, intervals, parts


def _symbols(*sounds: str) -> list[Symbol]:
    return [Symbol(one, sound) for sound, phonemes in enumerate(sounds) for one in phonemes]


def test_no_part_is_longer_than_the_model_takes() -> None:
    """A part ends with a sentence, else a clause, else a word, and a word that is too long is cut somewhere."""
    for text, first in (("ma→. " * 200, 509), ("ma→, " * 200, 509), ("ma→n " * 200, 510), ("ma→na" * 200, 510)):
        found = [*parts(_symbols(text))]
        assert max(map(len, found)) <= 510
        assert len(found[0]) == first
        assert text == "".join(symbol.character for part in found for symbol in part)


def test_a_sound_lasts_from_its_first_symbol_to_its_last() -> None:
    """One without symbols lasts no time, where the one before it ends."""
    symbols = _symbols("ab", "", "c")
    places = np.array([[4, 5], [5, 9], [9, 10]])
    assert [(4, 9), (9, 9), (9, 10)] == intervals(4 - 1, symbols, places)


def test_symbols_last_as_long_as_something_is_heard() -> None:
    """The first begins with the sound, before its own frames; the last ends with it, after which it is silent."""
    energy = np.full((12, 2), -9.4, np.float32)
    energy[2:8] = 5.0
    places = np.array([[4, 6], [6, 11]])
    assert [[2, 6], [6, 8]] == heard(places, energy).tolist()
    assert np.array_equal(places, heard(places, energy[8:]))
