"""Words whose pronunciation is known: our own, and those of misaki's dictionaries."""

from functools import cache
from importlib.resources import files

from speech.kokoro.english.dialect import Dialect, spoken
from speech.kokoro.english.dictionary import Dictionary, Entry

SPELLED = "*"


class Lexicon:
    def __init__(self, dictionary: Dictionary, dialect: Dialect) -> None:
        self._dictionary = dictionary
        self._own = {word: spoken(sounds, dialect) for word, sounds in _own().items() if sounds != (SPELLED,)}

    def find(self, word: str) -> Entry | None:
        """What is known of a word, as it is written if that is known, else in small letters, else whatever capitals."""
        own = self._own.get(word.lower())
        known = sorted(self._dictionary.find(word), key=lambda one: (one.word != word, not one.word.islower()))
        return own or (known[0].entry if known else None)

    def is_common(self, word: str) -> bool:
        """Whether a word in small letters is ours or one that people checked: such words are not rare."""
        return word in self._own or any(one.checked and one.word == word for one in self._dictionary.find(word))

    def as_written(self, word: str) -> Entry | None:
        """What is known of a word with its capitals: of NASA, but not of HELLO."""
        return next((one.entry for one in self._dictionary.find(word) if one.word == word), None)

    def letter(self, letter: str) -> str:
        """The name of a letter."""
        return str(self.as_written(letter.upper()))


def is_spelled(word: str) -> bool:
    """Whether a word, in small letters, is one of our list of initials."""
    return _own().get(word) == (SPELLED,)


@cache
def _own() -> dict[str, tuple[str, ...]]:
    """words.txt: a word and its ARPAbet, or * if its letters are read, a line."""
    lines = files(__package__).joinpath("words.txt").read_text("utf-8").splitlines()
    return {word: tuple(sounds) for word, *sounds in map(str.split, lines)}
