"""Text to the symbols that Kokoro speaks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from pathlib import Path

from speech.kokoro import mandarin
from speech.kokoro.english import AMERICAN, BRITISH, Dialect, Dictionary, English, Guesser, Lexicon, aspirated
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

    @property
    def is_english(self) -> bool:
        """Whether it has no Mandarin."""
        return not any(isinstance(sound.token, Syllable) for sound in self.pronunciation.sounds)


class FrontEnd:
    def __init__(self, folder: Path) -> None:
        """`folder` is what `python -m speech.kokoro prepare` wrote."""
        self._english = cache(lambda dialect: _english(folder, dialect))
        self._english(AMERICAN)

    def read(self, text: str, language: str = "zh-CN") -> Script:
        """How a voice of this language, `zh-CN`, `en-US` or `en-GB`, says a text; a `SpeechError` if it cannot be."""
        said = pronunciation_of(readable(text), ("zh", "en") if language == "zh-CN" else ("en", "zh"))
        following = (*said.sounds[1:], None)
        symbols = [*self._symbols(said, language)]
        return Script(said, tuple(map(_spaced, symbols, said.sounds, following)))

    def _symbols(self, said: Pronunciation, language: str) -> Iterator[str]:
        english = self._english(BRITISH if language == "en-GB" else AMERICAN)
        for is_english, group in groupby(said.sounds, lambda sound: isinstance(sound.token, EnglishWord)):
            sounds = [*group]
            if not is_english:
                yield from map(partial(_symbols, said), sounds, (*sounds[1:], None))
                continue
            words = english.read([said.spoken[sound.start : sound.end] for sound in sounds])
            yield from map(aspirated, words) if language == "zh-CN" else words


def _english(folder: Path, dialect: Dialect) -> English:
    dictionary = Dictionary(FILES.read(folder, DICTIONARIES[dialect.name]))
    return English(Lexicon(dictionary, dialect), Guesser(FILES.read(folder, GUESSER)), dialect)


def _symbols(said: Pronunciation, sound: Placed, following: Placed | None) -> str:
    """Of a syllable or a pause, which sounds as it is written: a question is one."""
    if isinstance(sound.token, Syllable):
        after = following.token if following else None
        return mandarin.symbols(sound.token, after if isinstance(after, Syllable) else None)
    return said.spoken[sound.start : sound.end].translate(PUNCTUATION).strip() or ","


def _spaced(symbols: str, sound: Placed, following: Placed | None) -> str:
    """With the space that is between words and after a sign, but before none and not at the end."""
    if following is None or not sound.ends_word or following.token == mandarin.ER:
        return symbols
    return symbols + SPACE * (following.audible or not sound.audible)
