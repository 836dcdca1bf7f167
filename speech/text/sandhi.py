"""How the tones of neighbouring syllables change each other, within one breath.

See San Duanmu, *The Phonology of Standard Chinese* (2nd ed., 2007). Third tones are grouped into feet, after Chilin
Shih, "Mandarin third tone sandhi and prosodic structure" (1997): words of two syllables or more stand alone, single
syllables between them pair up from the left.
"""

from collections.abc import Iterator, Sequence

from speech.text.readings import Word

NUMERALS = "零一二三四五六七八九十百千万亿幺两"
ORDINAL_BEFORE = "第初周期拜" + NUMERALS  # 第一, 初一, 周一, 星期一, 礼拜一, 十一
ORDINAL_AFTER = "月号日楼班级中等零一二三四五六七八九"  # 一月, 一号楼, 一九九〇; but 一百, 一千, 一万, 一亿


def tones(words: Sequence[Word]) -> list[int]:
    """The tones as spoken, one a syllable, of the words of one breath."""
    characters = "".join(word.characters for word in words)
    result = [int(syllable[-1]) for word in words for syllable in word.pinyin]
    _bu(characters, result)
    _yi(characters, result, _word_ends(words))
    _third(result, list(_feet(words)))
    return result


def _bu(characters: str, tones: list[int]) -> None:
    """不是 búshì, 不好 bùhǎo, 是不是 shìbushì."""
    for i, (before, after) in _neighbours(characters, "不"):
        if before and before == after:
            tones[i] = 5
        else:
            tones[i] = 2 if after and tones[i + 1] == 4 else 4  # noqa: PLR2004  the fourth tone


def _yi(characters: str, tones: list[int], word_ends: set[int]) -> None:
    """一定 yídìng, 一天 yìtiān, 看一看 kànyikàn; a figure or ordinal stays yī."""
    for i, (before, after) in _neighbours(characters, "一"):
        if not after or i in word_ends or before in set(ORDINAL_BEFORE) or _figure(characters[i + 1 :]):
            tones[i] = 1
        elif before == after:
            tones[i] = 5
        else:
            tones[i] = 2 if tones[i + 1] in {4, 5} else 4


def _figure(rest: str) -> bool:
    return rest[0] in ORDINAL_AFTER or (rest[0] == "点" and rest[1:2] in set(NUMERALS) | {"钟", "整", "半"})


def _neighbours(characters: str, wanted: str) -> Iterator[tuple[int, tuple[str, str]]]:
    for i, character in enumerate(characters):
        if character == wanted:
            yield i, (characters[:i][-1:], characters[i + 1 :][:1])


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
