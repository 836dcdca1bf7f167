"""Text to syllables and pauses."""

import re
from collections.abc import Iterable, Iterator

from speech.errors import NothingToSpeakError
from speech.text import latin
from speech.text.characters import HAN
from speech.text.normalizer import normalize
from speech.text.readings import read
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


def pronounce(text: str) -> tuple[Syllable | Pause, ...]:
    """The sounds of `text`, or `NothingToSpeakError`; no pause begins it and no two pauses meet."""
    tokens = tuple(_merge(_tokens(normalize(text))))
    if not tokens:
        raise NothingToSpeakError("没有可以朗读的内容")
    return tokens


def _tokens(spoken: str) -> Iterator[Syllable | Pause]:
    for match in RUN.finditer(spoken):
        if match["han"]:
            yield from _chinese(match["han"])
        elif match["latin"]:
            yield from map(syllable, latin.read(match["latin"]))
        elif match["pause"] in PAUSES:
            yield PAUSES[match["pause"]]


def _chinese(han: str) -> Iterator[Syllable]:
    words = read(han)
    pinyin = (syllable for word in words for syllable in word.pinyin)
    for written, tone in zip(pinyin, tones(words), strict=True):
        yield syllable(f"{written[:-1]}{tone}")


def _merge(tokens: Iterable[Syllable | Pause]) -> Iterator[Syllable | Pause]:
    """Of pauses that meet only the longest stays, and none at the beginning."""
    begun, pause = False, None
    for token in tokens:
        if isinstance(token, Pause):
            pause = max(pause or token, token)
            continue
        if pause and begun:
            yield pause
        begun, pause = True, None
        yield token
    if pause and begun:
        yield pause
