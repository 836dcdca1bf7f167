"""How Chinese characters are read before neighbouring tones change each other."""

import re
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

from speech.text.polyphones import polyphones
from speech.text.surnames import surnames

# The reading of these when they stand alone, where pypinyin has the rarer one.
SINGLE = {
    "长": "cháng", "得": "de", "似": "sì", "嗯": "en", "欸": "ēi", "翟": "zhái", "嚼": "jiáo", "切": "qiē",
    "削": "xiāo", "调": "tiáo", "曲": "qǔ", "缝": "féng", "铺": "pū", "脏": "zāng", "谁": "shéi", "弹": "tán",
}  # fmt: skip

MUST = re.compile(r"[我你您他她它们还总都就也又可]得(?![到了过分奖病意出知以])")
GOT = re.compile(r"[我你您他她它们还总都就也又]得(?=[了过分奖病])")
ADVERB = re.compile(
    r"(?:(.)\1|认真|努力|仔细|开心|高兴|快乐|轻松|突然|不断|顺利|成功|积极|主动|自动|热情|安静|大声|小声|小心|耐心"
    r"|细心|用力|亲切|温柔|自然|清楚|明显|逐渐|飞快|迅速|愉快|幸福|清晰|准确|有效|深情|激动|紧张|吃惊|奇怪)地"
    r"(?![址点方铁图板下上面球区震位里]|$)"
)
SUFFIX_ER = re.compile(
    r"(?<=.)(?<![女婴幼孤胎少男健宠小血运弃能患育妻托产生形卡采])(?<![^小男女]孩)(?<!^孩)儿(?![子童女科歌媳])"
)
SLOWLY = re.compile(r"([慢好早快远满大短紧狠])\1(?=儿)")
MEASURE = re.compile(r"[一二三四五六七八九十百两几每这那哪]只(?![要有能是会好想可得])")
COMPLEMENT = re.compile(r"(?<=[跑走说做写唱吃睡飞跳听看想干打玩穿讲学笑哭长])得(?=[很太快慢好多早晚高低远近更最非特])")
LONG = re.compile(r"[很太更]长(?![大高胖])")
EVENT = re.compile(r"(?<=[一两三几每这那首本])场(?!大?[雨雪病梦空风灾])")
REACHED = re.compile(r"(?<=[用犯够睡找管摸猜见数]不)着(?!急)")
TRIED = re.compile(r"([想走写找等洗打讲改买跑躺补理扫管躲忍选品养])\1(?!\1)(?<!\1\1\1)")
DIRECTION = re.compile(
    r"(?<=[走跑飞爬站坐跳拿带送搬抬举放看说想听写画算聊谈传冲闯流涌追赶退推拉扔投递交收捡掉落滚翻钻伸缩弯抬醒活]"
    r"[上下进出回过起])[来去](?!年)"
)
PLACE = re.compile(
    r"(?<=[城水雨雪风火山村店车船床桌嘴眼脚肚梦书信话屋楼园河江湖海田林洞井锅碗杯盆盒箱柜包袋怀群队圈厂班房馆县校国])里"
    r"(?![面边头外程尔斯弄])"
)
UPON = re.compile(r"(?<=[墙手书纸街树天头嘴腿背肩船子界面议])上(?=$|[的有都是没就也最])")
EVER = re.compile(
    r"(?<=[去来看吃听说做写用住到问想见学当买试玩读打有坐喝谈])过(?![去来程度分于渡滤年节期街好生周时头])"
)
PARTICLES = (
    (MEASURE, "zhi1"),
    (ADVERB, "de5"),
    (SUFFIX_ER, "er5"),
    (SLOWLY, "1"),
    (MUST, "dei3"),
    (GOT, "de2"),
    (COMPLEMENT, "de5"),
    (EVENT, "chang3"),
    (LONG, "chang2"),
    (REACHED, "zhao2"),
    (TRIED, "5"),
    (DIRECTION, "5"),
    (PLACE, "5"),
    (UPON, "5"),
    (EVER, "5"),
)
"""A whole reading, or a tone alone, for the last character of what is found."""


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
    for place, reading in (*_particles(han), *surnames(han, pieces)):
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


def _particles(han: str) -> Iterator[tuple[int, str]]:
    """The places where a particle's grammar, not its word, decides its reading."""
    for pattern, pinyin in PARTICLES:
        for match in pattern.finditer(han):
            yield match.end() - 1, pinyin


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
