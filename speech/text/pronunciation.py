"""Text to syllables and pauses."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from speech.errors import NothingToSpeakError
from speech.text import latin
from speech.text.alignment import Span
from speech.text.characters import HAN
from speech.text.languages import CHINESE, stretches
from speech.text.marks import Part, parts
from speech.text.normalizer import normalize, normalize_english
from speech.text.polyphones import polyphones
from speech.text.readings import Word, is_readable, read
from speech.text.sandhi import linked, tones
from speech.text.syllables import syllable
from speech.text.tokens import EnglishWord, Pause, Syllable

PAUSES = {
    **dict.fromkeys("、 ", Pause.SHORT),
    **dict.fromkeys("，；：—…", Pause.CLAUSE),
    **dict.fromkeys("。！？", Pause.SENTENCE),
}

# A space where the script changes is typography: 用 iPhone 拍照.
RUN = re.compile(
    rf"(?P<han>[{HAN}]+)|(?P<latin>[A-Za-z']+)|(?<=[{HAN}]) (?=[A-Za-z])|(?<=[A-Za-z]) (?=[{HAN}])|(?P<pause>.)"
)

BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z']) (?=[A-Za-z'])")
"""A space that is no pause to an engine that speaks English."""

STAND_IN = "某"
"""For a marked character that no dictionary reads, so that it has its place among those that are read."""

CITATION = {"不": "bu4", "一": "yi1"}
"""What these are read as before their tone changes, which dictionaries have changed in some words already."""

Token = Syllable | EnglishWord | Pause

Marked = Mapping[int, str]
"""The pinyin of the characters that are marked, by their places in the normalised text."""


@dataclass(frozen=True)
class Placed:
    """A token, and from where to where in the normalised text stands what it is the sound of.

    `pinyin` is how a syllable is read before its neighbours change its tone: `ni3`, ü written as v. `ends_word` is
    False for a syllable whose word goes on.
    """

    token: Token
    start: int
    end: int
    pinyin: str = ""
    ends_word: bool = True

    @property
    def audible(self) -> bool:
        return not isinstance(self.token, Pause)

    @property
    def spoken(self) -> str:
        """`pinyin` with the tone that is heard; empty for what is no syllable."""
        return f"{self.pinyin[:-1]}{self.token.tone}" if isinstance(self.token, Syllable) else ""


@dataclass(frozen=True)
class Pronunciation:
    """The sounds of a text, and the text as `normalize` made it, in which they have their places.

    `spans` are, in order, what of the text became what of it; the signs of a mark, as in `‹行|XING2›`, are in none.
    """

    spoken: str
    sounds: tuple[Placed, ...]
    spans: tuple[Span, ...]

    @property
    def tokens(self) -> tuple[Syllable | Pause, ...]:
        """For an engine without English words."""
        return tuple(sound.token for sound in self.sounds if not isinstance(sound.token, EnglishWord))


def pronounce(text: str) -> tuple[Syllable | Pause, ...]:
    """The sounds of `text`, or `NothingToSpeakError`; no pause begins it and no two pauses meet.

    What is marked is said exactly as the mark has it: `InvalidPronunciationError` if that cannot be. Its own tones do
    not change; those beside it change as they do beside any syllable.
    """
    return pronunciation_of(text).tokens


def pronunciation_of(text: str, languages: tuple[str, ...] = ("zh",)) -> Pronunciation:
    """As `pronounce`, with the places of the sounds.

    `languages` are what an engine speaks, the voice's own first: where `en` is among them a word in Latin letters is an
    `EnglishWord`, and numbers in an English sentence are read in English. Else it is said with Mandarin syllables.
    """
    english = "en" in languages
    found = [*_by_language(text, languages[0])] if english else [*parts(text)]
    spoken, spans, marked = "", [], dict[int, str]()
    for i, part in enumerate(found):
        words = part.text if part.pinyin else _normalized(found, i)
        spans.append(Span(part.start, part.start + len(part.text), len(spoken), len(spoken) + len(words)))
        marked |= enumerate(part.pinyin, len(spoken))
        spoken += words
    sounds = tuple(_merge(_sounds(spoken, marked, english=english)))
    if not sounds:
        raise NothingToSpeakError("没有可以朗读的内容")
    return Pronunciation(spoken, sounds, tuple(spans))


def _by_language(text: str, first: str) -> Iterator[Part]:
    """The parts between marks, divided where the language changes."""
    alone = not CHINESE.search(text)
    for part in parts(text):
        if part.pinyin:
            yield part
            continue
        start = part.start
        for stretch, english in stretches(part.text, alone=alone, first=first):
            yield Part(stretch.rstrip() if english else stretch, start, english=english)
            start += len(stretch)


def _normalized(found: Sequence[Part], i: int) -> str:
    """A part between marks, in view of their characters: of `1.‹苹|PING2›果` the dot is no full stop."""
    if found[i].english:
        return normalize_english(found[i].text)
    before, after = (found[j].text if 0 <= j < len(found) and found[j].pinyin else "" for j in (i - 1, i + 1))
    spoken = normalize(before + found[i].text + after)
    if len(spoken) >= len(before + after) and spoken.startswith(before) and spoken.endswith(after):
        return spoken[len(before) : len(spoken) - len(after)]
    return normalize(found[i].text)


def _sounds(spoken: str, marked: Marked, *, english: bool) -> Iterator[Placed]:
    likely = polyphones().read(spoken)
    joints = {match.start() for match in BETWEEN_WORDS.finditer(spoken)} if english else ()
    for match in RUN.finditer(spoken):
        if match["han"]:
            yield from _chinese(match["han"], match.start(), likely, marked)
        elif match["latin"] and english:
            yield Placed(EnglishWord(match["latin"]), *match.span())
        elif match["latin"]:
            yield from (Placed(syllable(one), *match.span(), one) for one in latin.read(match["latin"]))
        elif match["pause"] in PAUSES and match.start() not in joints:
            yield Placed(PAUSES[match["pause"]], *match.span())


def _chinese(han: str, start: int, likely: Mapping[int, str], marked: Marked) -> Iterator[Placed]:
    han = "".join(STAND_IN if at in marked and not is_readable(one) else one for at, one in enumerate(han, start))
    words = read(han, {place: likely[start + place] for place in range(len(han)) if start + place in likely})
    places = [place for place, character in enumerate(han, start) if is_readable(character)]
    words = _marked(linked(words), places, marked)
    pinyin = ((one, i == len(word.pinyin)) for word in words for i, one in enumerate(word.pinyin, 1))
    for place, (one, ends_word), tone in zip(places, pinyin, tones(words), strict=True):
        spoken, written = f"{one[:-1]}{tone}", CITATION.get(han[place - start], one)
        if place in marked:
            spoken = written = one
        yield Placed(syllable(spoken), place, place + 1, written, ends_word)


def _marked(words: Iterable[Word], places: Iterable[int], marked: Marked) -> list[Word]:
    """The words, whose syllables have these places, with the marked ones as they are marked."""
    place = iter(places)
    return [Word(word.characters, tuple(marked.get(next(place), one) for one in word.pinyin)) for word in words]


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
