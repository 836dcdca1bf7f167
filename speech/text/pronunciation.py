"""Text to syllables and pauses."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from speech.errors import NothingToSpeakError
from speech.text import latin
from speech.text.characters import HAN
from speech.text.normalizer import normalize
from speech.text.polyphones import polyphones
from speech.text.readings import is_readable, read
from speech.text.sandhi import tones
from speech.text.syllables import syllable
from speech.text.tokens import Pause, Syllable

PAUSES = {
    **dict.fromkeys("、 ", Pause.SHORT),
    **dict.fromkeys("，；：—…", Pause.CLAUSE),
    **dict.fromkeys("。！？", Pause.SENTENCE),
}

# A space where the script changes is typography: 用 iPhone 拍照.
RUN = re.compile(
    rf"(?P<han>[{HAN}]+)|(?P<latin>[A-Za-z']+)|(?<=[{HAN}]) (?=[A-Za-z])|(?<=[A-Za-z]) (?=[{HAN}])|(?P<pause>.)"
)


@dataclass(frozen=True)
class Placed:
    """A token, and from where to where in the normalised text stands what it is the sound of."""

    token: Syllable | Pause
    start: int
    end: int

    @property
    def audible(self) -> bool:
        return isinstance(self.token, Syllable)


@dataclass(frozen=True)
class Pronunciation:
    """The sounds of a text, and the text as `normalize` made it, in which they have their places."""

    spoken: str
    sounds: tuple[Placed, ...]

    @property
    def tokens(self) -> tuple[Syllable | Pause, ...]:
        return tuple(sound.token for sound in self.sounds)


def pronounce(text: str) -> tuple[Syllable | Pause, ...]:
    """The sounds of `text`, or `NothingToSpeakError`; no pause begins it and no two pauses meet."""
    return pronunciation_of(text).tokens


def pronunciation_of(text: str) -> Pronunciation:
    """As `pronounce`, with the places of the sounds."""
    spoken = normalize(text)
    sounds = tuple(_merge(_sounds(spoken)))
    if not sounds:
        raise NothingToSpeakError("没有可以朗读的内容")
    return Pronunciation(spoken, sounds)


def _sounds(spoken: str) -> Iterator[Placed]:
    likely = polyphones().read(spoken)
    for match in RUN.finditer(spoken):
        if match["han"]:
            yield from _chinese(match["han"], match.start(), likely)
        elif match["latin"]:
            yield from (Placed(syllable(one), *match.span()) for one in latin.read(match["latin"]))
        elif match["pause"] in PAUSES:
            yield Placed(PAUSES[match["pause"]], *match.span())


def _chinese(han: str, start: int, likely: Mapping[int, str]) -> Iterator[Placed]:
    words = read(han, {place: likely[start + place] for place in range(len(han)) if start + place in likely})
    pinyin = (syllable for word in words for syllable in word.pinyin)
    places = (place for place, character in enumerate(han, start) if is_readable(character))
    for place, written, tone in zip(places, pinyin, tones(words), strict=True):
        yield Placed(syllable(f"{written[:-1]}{tone}"), place, place + 1)


def _merge(sounds: Iterable[Placed]) -> Iterator[Placed]:
    """Of pauses that meet only the longest stays, and none at the beginning."""
    begun = False
    for audible, run in groupby(sounds, lambda sound: sound.audible):
        if audible:
            begun = True
            yield from run
        elif begun:
            yield max(run, key=_length)


def _length(sound: Placed) -> int:
    """Of a pause."""
    return sound.token if isinstance(sound.token, Pause) else 0
