"""How Chinese characters are read before neighbouring tones change each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin, load_phrases_dict, load_single_dict
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import tone3_to_tone
from pypinyin.seg.mmseg import seg
from rjieba import Jieba

from speech.text.particles import particles
from speech.text.polyphones import polyphones
from speech.text.surnames import surnames

# The reading of these when they stand alone, where pypinyin has the rarer one.
SINGLE = {
    "长": "cháng", "得": "de", "似": "sì", "嗯": "en", "欸": "ēi", "翟": "zhái", "嚼": "jiáo", "切": "qiē",
    "削": "xiāo", "调": "tiáo", "曲": "qǔ", "缝": "féng", "铺": "pū", "脏": "zāng", "谁": "shéi", "弹": "tán",
}  # fmt: skip


class Word(NamedTuple):
    characters: str
    pinyin: tuple[str, ...]


def read(han: str, likely: Mapping[int, str] | None = None) -> list[Word]:
    """The words of a run of Chinese characters; a character nobody knows how to read is left out.

    Words are read as the dictionary has them, what is none as is likely in the sentence: `likely` are the readings, by
    place, of characters that have several. Without it the run is taken for a sentence.
    """
    if likely is None:
        likely = polyphones().read(han) if len(han) > 1 else {}
    places = [place for place, character in enumerate(han) if is_readable(character)]
    han = "".join(han[place] for place in places)
    words = [[*_pieces(word)] for word in _JIEBA.cut(han, hmm=False)]
    pieces = [*chain.from_iterable(words)]
    pinyin = [*_pinyin(pieces, [likely.get(place) for place in places])]
    for place, reading in (*particles(han), *surnames(han, pieces)):
        pinyin[place] = reading if len(reading) > 1 else pinyin[place][:-1] + reading
    ends = [*accumulate(map(len, chain.from_iterable(map(_joined, words))))]
    return [Word(han[start:end], tuple(pinyin[start:end])) for start, end in pairwise([0, *ends])]


def _pieces(word: str) -> Iterator[str]:
    """The words that the dictionary of readings has, and single characters."""
    yield from [word] if word in PHRASES_DICT else seg.cut(word)


def _joined(pieces: Sequence[str]) -> Sequence[str]:
    """A word of which the dictionary of readings has no part is one for all that: 领导, 水果; 小 and 老虎."""
    return _parts("".join(pieces)) if all(len(piece) == 1 for piece in pieces) else pieces


@lru_cache(10_000)
def _parts(word: str) -> list[str]:
    right, left = word[1:], word[:2]
    branches_right = len(word) == 3 and _is_word(right) and not _is_word(left)  # noqa: PLR2004  one and two
    return [word[0], right] if branches_right else [word]


def _is_word(word: str) -> bool:
    return len(_JIEBA.cut(word, hmm=False)) == 1


def _pinyin(pieces: Iterable[str], likely: Sequence[str | None]) -> Iterator[str]:
    place = 0
    for piece in pieces:
        alone = likely[place] if len(piece) == 1 else None
        yield from [alone] if alone else _known(piece)
        place += len(piece)


@lru_cache(10_000)
def _known(word: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(word, Style.TONE3, v_to_u=False, neutral_tone_with_five=True))


def is_readable(character: str) -> bool:
    return ord(character) in PINYIN_DICT


def _neutral(word: str) -> list[str]:
    return [*lazy_pinyin(word, Style.TONE)[:-1], lazy_pinyin(word[-1], Style.NORMAL)[0]]


def _phrases() -> Iterator[tuple[str, list[str]]]:
    folder = files(__package__)
    for word in folder.joinpath("neutral.txt").read_text("utf-8").split():
        yield word, _neutral(word)
    for line in folder.joinpath("phrases.txt").read_text("utf-8").splitlines():
        word, *pinyin = line.split()
        yield word, [tone3_to_tone(syllable) for syllable in pinyin]


# pypinyin's dictionaries are global: they are taught while the import lock keeps other threads away.
load_single_dict({ord(character): readings for character, readings in SINGLE.items()})
_PHRASES = dict(_phrases())
load_phrases_dict({word: [[syllable] for syllable in pinyin] for word, pinyin in _PHRASES.items()})
_JIEBA = Jieba()
for _word in _PHRASES:
    _JIEBA.add_word(_word, None, None)
