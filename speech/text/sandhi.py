"""How the tones of neighbouring syllables change each other, within one breath.

See San Duanmu, *The Phonology of Standard Chinese* (2nd ed., 2007). Third tones are grouped into feet, after Chilin
Shih, "Mandarin third tone sandhi and prosodic structure" (1997): words of two syllables or more stand alone, single
syllables between them pair up from the left.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from speech.text.readings import Word
from speech.text.syllables import syllable

NUMERALS = "零一二三四五六七八九十百千万亿幺两"
ORDINAL_BEFORE = "第初周期拜" + NUMERALS  # 第一, 初一, 周一, 星期一, 礼拜一, 十一
ORDINAL_AFTER = "月号日楼班级中等零一二三四五六七八九"  # 一月, 一号楼, 一九九〇; but 一百, 一千, 一万, 一亿
FIGURE = re.compile(rf"[{ORDINAL_AFTER}]|年级|季度|点[{NUMERALS}钟整半]")
COUNTED = "另同任每某这那"  # 另一个, 同一天: not words that end in 一

ABILITY = re.compile(
    r"(?<=[来去看听说想吃做用买打走跑拿放写读记认分忍受靠赶等找猜摸够合划舍差对了禁保刹挂拦搁犯管离行谈数拗睡免少怪恨巴怨])"
    r"不(?=[起及见懂清了着住定到得动完上下来去进出开掉过多离通透准消惯服楚饱够成死])"
)
"""看不见, 来不及, 差不多."""

AH = "a5"
"""啊 as a particle, which begins as the syllable before it ends: 好啊 hǎo wa."""

NO_LINK = frozenset({"ii", "iii", "er"})

RELATIVES = "姐奶姥嫂婶宝"
"""姐姐 keeps its third tone, 想想 does not."""


def linked(words: Iterable[Word]) -> Iterator[Word]:
    """The words of one breath, with 啊 as the syllable before it makes it sound: 好啊 hǎo wa."""
    before = ""
    for word in words:
        yield Word(word.characters, tuple(_linked(*pair) for pair in pairwise((before, *word.pinyin))))
        before = word.pinyin[-1]


def tones(words: Sequence[Word]) -> list[int]:
    """The tones as spoken, one a syllable, of the words of one breath."""
    characters = "".join(word.characters for word in words)
    result = [int(syllable[-1]) for word in words for syllable in word.pinyin]
    _bu(characters, result)
    _yi(characters, result, _word_ends(words))
    _third(result, list(_feet(words)))
    _light(characters, result)
    return result


def _bu(characters: str, tones: list[int]) -> None:
    """不是 búshì, 不好 bùhǎo, 是不是 shìbushì."""
    able = {match.start() for match in ABILITY.finditer(characters)}
    for i, (before, after) in _neighbours(characters, "不"):
        if (before and before == after) or i in able:
            tones[i] = 5
        else:
            tones[i] = 2 if after and tones[i + 1] == 4 else 4  # noqa: PLR2004  the fourth tone


def _yi(characters: str, tones: list[int], word_ends: set[int]) -> None:
    """一定 yídìng, 一天 yìtiān, 看一看 kànyikàn; a figure or ordinal stays yī."""
    for i, (before, after) in _neighbours(characters, "一"):
        ends_word = i in word_ends and before not in COUNTED
        if not after or ends_word or before in set(ORDINAL_BEFORE) or FIGURE.match(characters, i + 1):
            tones[i] = 1
        elif before == after and characters[i - 2 : i - 1] != "一":
            tones[i] = 5
        else:
            tones[i] = 2 if tones[i + 1] in {4, 5} else 4


def _neighbours(characters: str, wanted: str) -> Iterator[tuple[int, tuple[str, str]]]:
    for i, character in enumerate(characters):
        if character == wanted:
            yield i, (characters[max(i - 1, 0) : i], characters[i + 1 : i + 2])


def _word_ends(words: Sequence[Word]) -> set[int]:
    """The index of the last syllable of every word of two syllables or more."""
    ends, position = set(), 0
    for word in words:
        position += len(word.pinyin)
        if len(word.pinyin) > 1:
            ends.add(position - 1)
    return ends


def _feet(words: Sequence[Word]) -> Iterator[int]:
    """The lengths, in syllables, of the feet."""
    single = 0
    for word in words:
        if len(word.pinyin) > 1:
            yield from [single] * bool(single)
            yield len(word.pinyin)
            single = 0
        elif single:
            yield 2
            single = 0
        else:
            single = 1
    yield from [single] * bool(single)


def _third(tones: list[int], feet: Sequence[int]) -> None:
    """Of two third tones the first becomes a second: inside each foot, then between feet."""
    third = 3
    original, start, joints = list(tones), 0, []
    for length in feet:
        for i in range(start, start + length - 1):
            if original[i] == original[i + 1] == third:
                tones[i] = 2
        start += length
        joints.append(start - 1)
    for i in joints[:-1]:
        if tones[i] == tones[i + 1] == third:
            tones[i] = 2


def _light(characters: str, tones: list[int]) -> None:
    """Before a third tone that is lost: 想想 xiángxiang, 哪里 náli; but 姐姐 jiějie."""
    for i, (one, other) in enumerate(pairwise(characters)):
        doubled = one == other and one not in RELATIVES
        if (doubled or one + other == "哪里") and tones[i] == 3 and tones[i + 1] == 5:  # noqa: PLR2004  tones
            tones[i] = 2


def _linked(before: str, pinyin: str) -> str:
    """As 《普通话水平测试实施纲要》 (2004) has it; unchanged where it would be no syllable of pinyin (nga, ra)."""
    final = syllable(before).final if before and pinyin == AH else "ng"
    if final in NO_LINK or final.endswith("ng"):
        return pinyin
    if final.endswith("n"):
        return "na5"
    return "wa5" if final.endswith(("u", "ao")) else "ya5"
