"""How a text is read, for whoever wants to see it before it is spoken."""

from dataclasses import dataclass
from typing import NamedTuple

from speech.text import Pronunciation
from speech.text.syllables import shown


class ReadSyllable(NamedTuple):
    """`text` is what of the normalised text it is the sound of.

    `pinyin` is its reading, `spoken` that after the tones around it have changed it: `xing2`, `lü4`, `de5`. They are
    empty where the engine does not know them.
    """

    text: str
    pinyin: str
    spoken: str


@dataclass(frozen=True)
class Reading:
    """A text as the words that are read, and their syllables in order."""

    normalized: str
    syllables: tuple[ReadSyllable, ...]


def reading(said: Pronunciation) -> Reading:
    """Each syllable with its character, or with its word where that is of Latin letters."""
    return Reading(
        said.spoken,
        tuple(
            ReadSyllable(said.spoken[sound.start : sound.end], shown(sound.pinyin), shown(sound.spoken))
            for sound in said.sounds
            if sound.audible
        ),
    )
