"""The voices that Kokoro was published with, and mixtures of them."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from speech.errors import UnknownVoiceError
from speech.voice import Voice

DEFAULT = "xiaobei"

MOST_SYMBOLS = 510
"""At once: a voice has a style for each number of symbols up to this."""

STYLE = 256
TIMBRE, MANNER = slice(128), slice(128, 256)
"""Of a style: what the decoder takes, and what decides how something is said."""

MIXED = 4
"""Voices in a mixture at most."""

CHINESE = {
    "xiaobei": "晓北",
    "xiaoni": "晓妮",
    "xiaoxiao": "晓晓",
    "xiaoyi": "晓伊",
    "yunjian": "云健",
    "yunxi": "云希",
    "yunxia": "云夏",
    "yunyang": "云扬",
}
KINDS = {
    "zf": "xiaobei xiaoni xiaoxiao xiaoyi",
    "zm": "yunjian yunxi yunxia yunyang",
    "af": "alloy aoede bella heart jessica kore nicole nova river sarah sky",
    "am": "adam echo eric fenrir liam michael onyx puck santa",
    "bf": "alice emma isabella lily",
    "bm": "daniel fable george lewis",
}
"""Language and gender, as Kokoro's files have them, and names."""

MANDARIN = "zh-CN"
LANGUAGES = {"a": "en-US", "b": "en-GB", "z": MANDARIN}
TEACHERS = {"female": "heart", "male": "michael"}
"""Of English, by their gender."""

GENDERS = {"f": "female", "m": "male"}

ENGLISH_PREVIEW = "Hello, my name is {}. What would you like to hear?"
CHINESE_PREVIEW = "你好，我是{}，今天想听点什么？"


OPENAI = frozenset(("alloy", "echo", "fable", "nova", "onyx"))
"""Names that OpenAI's clients send without meaning one of these voices: there the default voice is meant."""


def _id(one: str) -> str:
    return f"{one}-en" if one in OPENAI else one


def _voice(kind: str, one: str) -> Voice:
    name = CHINESE.get(one, one.capitalize())
    preview = CHINESE_PREVIEW if one in CHINESE else ENGLISH_PREVIEW
    return Voice(_id(one), name, LANGUAGES[kind[0]], GENDERS[kind[1]], preview.format(name))


STYLES = {_id(one): f"{kind}_{one}" for kind, names in KINDS.items() for one in names.split()}
"""What Kokoro calls each voice."""

VOICES = {one: _voice(*style.split("_")) for one, style in STYLES.items()}


class Styles:
    """`content` is that of the file of styles: float32 `[voices, 510, 256]`, in the order of `STYLES`."""

    def __init__(self, content: bytes) -> None:
        styles = np.frombuffer(content, "<f4").reshape(-1, MOST_SYMBOLS, STYLE)
        self._styles = dict(zip(STYLES, styles, strict=True))

    def style(self, voice: str, symbols: int, *, english: bool = False) -> NDArray[np.float32]:
        """`[256]`: how a voice, or a mixture such as `xiaoxiao+yunxi` in equal parts, says so many symbols.

        Mandarin voices never learned `english`: they say what has no Mandarin in the manner of an English voice, with
        half of its timbre. Of 15 words said so by each of xiaobei, xiaoxiao and yunxi a small recogniser understood
        40 of 45, and 28 as they are.
        """
        own = self._mean(_names(voice), symbols)
        known = VOICES[next(_names(voice))]
        if not english or known.language != MANDARIN:
            return own
        teacher = self._mean([TEACHERS[known.gender]], symbols)
        return np.concatenate([(own[TIMBRE] + teacher[TIMBRE]) / 2, teacher[MANNER]])

    def _mean(self, names: Iterable[str], symbols: int) -> NDArray[np.float32]:
        found = [self._styles[name][min(symbols, MOST_SYMBOLS) - 1] for name in names]
        mean: NDArray[np.float32] = np.mean(found, axis=0)
        return mean


def language_of(voice: str) -> str:
    """Of the first voice of a mixture."""
    return VOICES[next(_names(voice))].language


def check_voice(voice: str) -> None:
    """Raise `UnknownVoiceError`, which names it, unless it is a voice or a mixture of at most four."""
    for name in _names(voice):
        if name not in STYLES:
            raise UnknownVoiceError(f"没有这个音色：{name}")


def _names(voice: str) -> Iterator[str]:
    names = voice.split("+")
    if len(names) > MIXED:
        raise UnknownVoiceError(f"最多混合 {MIXED} 个音色，收到 {len(names)} 个")
    yield from names
