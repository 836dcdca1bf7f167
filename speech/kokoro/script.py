"""Text to the symbols that Kokoro speaks."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from speech.kokoro import mandarin
from speech.text import Pronunciation, Syllable, pronunciation_of
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

    def read(self, text: str) -> Script:
        """How a text is said; a `SpeechError` if it cannot be."""
        said = pronunciation_of(text)
        following = chain(said.sounds[1:], [None])
        return Script(said, tuple(_symbols(said, *pair) for pair in zip(said.sounds, following, strict=True)))


def _symbols(said: Pronunciation, sound: Placed, following: Placed | None) -> str:
    if isinstance(sound.token, Syllable):
        ends = sound.ends_word and following and following.audible
        return mandarin.symbols(sound.token) + SPACE * bool(ends)
    sign = said.spoken[sound.start : sound.end].translate(PUNCTUATION).strip() or ","
    return sign + SPACE * bool(following)
