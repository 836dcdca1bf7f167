"""Written text to the words that IndexTTS2's BPE was trained on, in the manner of upstream's front end."""

import re
from collections.abc import Container

from speech.errors import InvalidPronunciationError
from speech.indextts2 import marks
from speech.text import normalize, normalize_english
from speech.text.characters import HAN
from speech.text.marks import Part, parts
from speech.text.readings import read

PUNCTUATION = str.maketrans("，、；：—。！？", ",,,,-.!?")
STRENGTH = "-,….!?"
PAUSES = re.compile(r" *[-,….!?](?: *[-,….!?])*")

QUOTE = "'"
"""What upstream writes for quotation marks and brackets of every kind: a token that the model was trained with."""

HYPHEN = "\x01"
"""Stands for the hyphens of a technical term, which upstream keeps."""

TERM = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+")  # GPT-5, F5-TTS, Wi-Fi
# ’ is a quotation mark where it stands in no word.
SIGNS = re.compile(rf"""({HYPHEN}|[“”"„‟《》「」『』（）()【】[\]]|(?<![A-Za-z])[‘’']|[‘’'](?![A-Za-z]))""")
BEFORE_LATIN = re.compile(r"(?<=[，、；：。！？…])(?=[A-Za-z])")  # wetext has eaten the space
NAME_DOT = re.compile(rf"(?<=[{HAN}])[·・•‧](?=[{HAN}])")  # 克里斯托弗·诺兰
IS = re.compile(r"\b(what|where|who|which|how|there|here|it|he|she|that|this)['’]s\b", re.IGNORECASE)
# A word that is no unit (5kg) and no part of an address (user@example.com)
WORD = re.compile(r"(?<![\w@.])[A-Za-z]+(?![\w@])")
ENGLISH = 2
"""Words that make a text without Chinese an English one, whose numbers are English too."""


def spoken(text: str, vocabulary: Container[str]) -> str:
    """`text` as words and pauses, all apart: `晕 XUAN4 是 一 种 GAN3 觉 , HELLO WORLD .`; "" if there are none.

    `vocabulary` holds the BPE's pieces. A Chinese character that is not among them becomes the mark of its pinyin, one
    whose pinyin is not among them either becomes nothing. `‹行|XING2›` becomes that mark, or is an
    `InvalidPronunciationError`.
    """
    normal = normalize_english if _is_english(text) else normalize

    def plain(part: str) -> str:
        return re.sub(r"\S(?:.*\S)?", lambda match: normal(match[0]), part, flags=re.DOTALL)

    def around_signs(part: str) -> str:
        part = IS.sub(r"\1 is", NAME_DOT.sub("—", part))
        part = TERM.sub(lambda term: term[0].replace("-", HYPHEN), part)
        pieces = SIGNS.split(part)  # the second, fourth … is a sign
        pieces[::2] = map(plain, pieces[::2])
        pieces[1::2] = ["-" if sign == HYPHEN else QUOTE for sign in pieces[1::2]]
        return "".join(pieces)

    def around_marks(part: str) -> str:
        return marks.around(marks.resolve(part, vocabulary), vocabulary, around_signs)

    words = "".join(_marked(part, vocabulary) if part.pinyin else around_marks(part.text) for part in parts(text))
    if not any(map(str.isalnum, words)):
        return ""
    words = PAUSES.sub(_strongest, BEFORE_LATIN.sub(" ", words).translate(PUNCTUATION)).lstrip(STRENGTH)
    words = re.sub(f"[{HAN}]", lambda match: f" {_known(match[0], vocabulary)} ", words)
    return " ".join(words.upper().split())


def _marked(part: Part, vocabulary: Container[str]) -> str:
    found = [marks.mark(pinyin, vocabulary) for pinyin in part.pinyin]
    if not all(found):
        mark = f"‹{part.text}|{' '.join(part.pinyin).upper()}›"
        raise InvalidPronunciationError(f"{mark} 中有这个模型没有的音节")
    return f" {' '.join(found)} "


def _is_english(text: str) -> bool:
    return len(WORD.findall(text)) >= ENGLISH and not re.search(f"[{HAN}]", text)


def _strongest(pauses: re.Match[str]) -> str:
    """Of pauses that meet, the one that matters: （好）。 would end with a comma and a full stop."""
    return max(pauses[0].replace(" ", ""), key=STRENGTH.index)


def _known(character: str, vocabulary: Container[str]) -> str:
    if character in vocabulary:
        return character
    return "".join(marks.mark(word.pinyin[0], vocabulary) for word in read(character))
