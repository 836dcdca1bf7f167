"""Writing that Kokoro does not read."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from speech.errors import NotSupportedByEngineError
from speech.text.characters import HAN

POSSESSIVE = re.compile(rf"(?<=[{HAN}])の(?=[{HAN}])")
"""鲜の每日: Chinese brands write 的 so."""

READ = {"LATIN", "CJK", "GREEK", "IDEOGRAPHIC", "MODIFIER", "FEMININE", "MASCULINE", "KATAKANA-HIRAGANA"}
"""What Unicode's names of letters that are read begin with; the last is ー, which Chinese writes for a dash."""

NAMES = {
    "HIRAGANA": "日文假名",
    "KATAKANA": "日文假名",
    "HANGUL": "韩文",
    "CYRILLIC": "西里尔字母（俄文等）",
    "ARABIC": "阿拉伯文",
    "THAI": "泰文",
    "HEBREW": "希伯来文",
    "DEVANAGARI": "天城文（印地文等）",
    "TIBETAN": "藏文",
    "MONGOLIAN": "蒙古文",
    "BOPOMOFO": "注音符号",
}
SHOWN = 20
"""Characters of a word that an error shows."""

VOICED = "\u309a\u3099ﾞﾟ"
"""Signs of kana that faces such as (ﾟДﾟ) are drawn with."""


def readable(text: str) -> str:
    """`text`, in as many characters, with の between Chinese characters as 的.

    `NotSupportedByEngineError` names the first word that has letters of another writing than Chinese, Latin or Greek.
    A single such letter that touches no other is no word but a drawing, as in (ツ), and stays.
    """
    for word in _words(text):
        script = next(filter(None, map(_foreign, POSSESSIVE.sub("的", word))), "") if len(word) > 1 else ""
        if script:
            raise NotSupportedByEngineError(f"这个引擎读中文和英文，读不了{script}：{word[:SHOWN]}")
    return POSSESSIVE.sub("的", text)


def _words(text: str) -> Iterator[str]:
    for is_word, characters in groupby(text, _is_letter):
        if is_word:
            yield "".join(characters)


def _is_letter(character: str) -> bool:
    """Or a mark on one, which in many scripts is a vowel."""
    return unicodedata.category(character)[0] in "LM" and character not in VOICED


def _foreign(character: str) -> str:
    """The name of the writing that a letter is of, unless it is read."""
    letter = unicodedata.normalize("NFKC", character)[0]
    script = unicodedata.name(letter, "").split(" ")[0]
    if unicodedata.category(letter)[0] != "L" or script in READ:
        return ""
    return NAMES.get(script, "这种文字")
