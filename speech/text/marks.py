"""Marks that say how characters are to be read: `‹行|XING2›`, `‹银行|YIN2 HANG2›`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from speech.errors import InvalidPronunciationError
from speech.text.characters import is_han
from speech.text.syllables import parse

MARK = re.compile(r"‹([^‹›|\n]*)\|([^‹›\n]*)›")


@dataclass(frozen=True)
class Part:
    """What stands at `start` in a text: all between two marks, or the characters of a mark, each with its pinyin.

    `english` is a part whose numbers are read in English.
    """

    text: str
    start: int
    pinyin: tuple[str, ...] = ()
    english: bool = False


def parts(text: str) -> Iterator[Part]:
    """A text without the signs of its marks, in order; `InvalidPronunciationError` if one does not say how it is read.

    A mark holds Chinese characters alone, and after | as many syllables with a tone from 1 to 5, 5 being the neutral
    one. Without | it is text.
    """
    end = 0
    for mark in MARK.finditer(text):
        if end < mark.start():
            yield Part(text[end : mark.start()], end)
        yield Part(mark[1], mark.start(1), _pinyin(*mark.group(0, 1, 2)))
        end = mark.end()
    if end < len(text):
        yield Part(text[end:], end)


def _pinyin(mark: str, characters: str, written: str) -> tuple[str, ...]:
    if not characters or not all(map(is_han, characters)):
        raise InvalidPronunciationError(f"{mark} 只能标注汉字")
    pinyin = tuple(parse(one) for one in written.split())
    if not all(pinyin):
        raise InvalidPronunciationError(f"{mark} 中有的不是带声调的拼音")
    if len(pinyin) != len(characters):
        raise InvalidPronunciationError(f"{mark} 有 {len(characters)} 个汉字、{len(pinyin)} 个音节")
    return pinyin
