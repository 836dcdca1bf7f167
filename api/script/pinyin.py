"""Written pinyin: which syllables there are, and how they are written for an engine."""

import re
import unicodedata

SYLLABLES = frozenset(
    initial + final
    for initial, finals in {
        "": "a ai an ang ao e ei en eng er o ou",
        "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
        "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
        "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
        "f": "a an ang ei en eng o ou u",
        "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
        "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
        "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan un uo v ve",
        "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve",
        "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
        "k": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
        "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
        "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
        "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
        "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
        "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
        "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
        "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
        "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
        "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
        "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
        "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
        "y": "a an ang ao e i in ing o ong ou u uan ue un",
        "w": "a ai an ang ei en eng o u",
    }.items()
    for final in finals.split()
)
"""The syllables of Mandarin (Xiandai Hanyu Cidian) without tones and without r-colouring, ü as v."""

TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
"""By the accents that stand for them."""

LETTERS = "A-Za-züÜāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜĀÁǍÀĒÉĚÈĪÍǏÌŌÓǑÒŪÚǓÙǕǗǙǛ\u0300\u0301\u0304\u0308\u030c"
SYLLABLE = re.compile(rf"[{LETTERS}]{{1,12}}(?: ?[1-5])?")
BETWEEN = re.compile(r"[\s'’·.-]*")
HAN = "\u3400-\u9fff\U00020000-\U0003ffff"


def marks(characters: str, pinyin: str) -> list[str] | None:
    """For each character the mark that tells an engine how it is read, such as `‹行|XING2›`.

    None where these are not Chinese characters, or not as many syllables with a tone.
    """
    syllables = [_syllable(written) for written in SYLLABLE.findall(pinyin)]
    known = all(syllables) and BETWEEN.fullmatch(SYLLABLE.sub("", pinyin))
    if not known or len(syllables) != len(characters) or not re.fullmatch(f"[{HAN}]+", characters):
        return None
    return [f"‹{character}|{syllable}›" for character, syllable in zip(characters, syllables, strict=True)]


def _syllable(written: str) -> str | None:
    """As engines take it: `xíng`, `xing2` and `xing 2` are XING2, `nǚ` is NV3; None without one tone."""
    parts = unicodedata.normalize("NFD", written.lower().replace(" ", ""))
    tones = [TONES.get(part, part) for part in parts if part in TONES or part.isdigit()]
    letters = "".join(part for part in parts if part.isalpha() or part == "\u0308").replace("u\u0308", "v")
    letters = re.sub("(?<=^[jqxy])v", "u", re.sub("(?<=^[nl])ue", "ve", letters))
    return f"{letters}{tones[0]}".upper() if letters in SYLLABLES and len(tones) == 1 else None
