"""Text to the symbols that Kokoro speaks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from speech.kokoro import mandarin
from speech.kokoro.english import English
from speech.kokoro.scripts import without_kana_no, check_scripts
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
        self._folder = folder

    def read(self, text: str, language: str = "en-US") -> Script:
        """How a text is said, with the English of `language`; a `SpeechError` if it cannot be."""
        said = pronunciation_of(readable(text), english=True)
        symbols = [*self._symbols(said, english(self._folder, language))]
        return Script(said, tuple(map(_spaced, symbols, said.sounds, (*said.sounds[1:], None))))


def _symbols(said: Pronunciation, english: English) -> Iterator[str]:
    for kind, sounds in groupby(said.sounds, lambda sound: type(sound.token)):
        if kind is EnglishWord:
            yield from english.read([sound.token.letters for sound in sounds])
        ...
