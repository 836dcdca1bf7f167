"""Text to the symbols that Kokoro speaks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from speech.kokoro import mandarin
from speech.kokoro.english import AMERICAN, BRITISH, Dialect, Dictionary, English, Guesser, Lexicon
from speech.kokoro.files import DICTIONARIES, FILES, GUESSER
from speech.kokoro.scripts import readable
from speech.text import EnglishWord, Pronunciation, Syllable, pronunciation_of
from speech.text.pronunciation import Placed

PUNCTUATION = str.maketrans("、，；：。！？", ",,;:.!?")
SPACE = " "


@dataclass(frozen=True)
class Script:
    """A pronunciation, and for each of its sounds the symbols it is made of, the space after it among them."""

    pronunciation: Pronunciation
    phonemes: tuple[str, ...]


class FrontEnd:
    def __init__(self, folder: Path) -> None:
        """`folder` is what `python -m speech.kokoro prepare` wrote."""
        self._english = cache(lambda dialect: _english(folder, dialect))
        self._english(AMERICAN)

    def read(self, text: str, language: str = "en-US") -> Script:
        """How a text is said, in a `SpeechError` if it cannot be; English is British if `language` is `en-GB`."""
        said = pronunciation_of(readable(text), english=True)
        symbols = self._symbols(said, BRITISH if language == "en-GB" else AMERICAN)
        return Script(said, tuple(map(_spaced, symbols, said.sounds, (*said.sounds[1:], None))))

    def _symbols(self, said: Pronunciation, dialect: Dialect) -> Iterator[str]:
        for _, sounds in groupby(said.sounds, lambda sound: type(sound.token)):
            group = [*sounds]
            words = [sound.token.letters for sound in group if isinstance(sound.token, EnglishWord)]
            yield from self._english(dialect).read(words) if words else (_symbols(said, sound) for sound in group)


def _english(folder: Path, dialect: Dialect) -> English:
    dictionary = Dictionary(FILES.read(folder, DICTIONARIES[dialect.name]))
    return English(Lexicon(dictionary, dialect), Guesser(FILES.read(folder, GUESSER)), dialect)


def _symbols(said: Pronunciation, sound: Placed) -> str:
    """Of a syllable or a pause, which sounds as it is written: a question is one."""
    if isinstance(sound.token, Syllable):
        return mandarin.symbols(sound.token)
    return said.spoken[sound.start : sound.end].translate(PUNCTUATION).strip() or ","


def _spaced(symbols: str, sound: Placed, following: Placed | None) -> str:
    """With the space that is between words and after a sign, but before none and not at the end."""
    spaced = following and sound.ends_word and (following.audible or not sound.audible)
    return symbols + SPACE * bool(spaced)
