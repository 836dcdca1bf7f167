"""What IndexTTS2 is given to read. How it reads a Chinese character is known to its weights alone."""

import re

from speech.indextts2 import parts
from speech.indextts2.settings import Settings
from speech.indextts2.tokens import load
from speech.reading import Reading, ReadSyllable
from speech.text.characters import HAN
from speech.text.syllables import parse, shown

READ = re.compile(rf"(?P<mark>[A-Z]+[1-5])|[{HAN}]|[A-Z]+(?:['-][A-Z]+)*")
"""In the words for the BPE."""


class Inspector:
    def __init__(self, settings: Settings) -> None:
        self._tokens = load(settings, parts.configuration(settings.folder).gpt)
        self._tokens.words("你好")  # loads the normaliser

    def inspect(self, text: str) -> Reading:
        """The words that the model gets: characters, pinyin and English. Of these only pinyin says how it is read."""
        self._tokens.ids(text)  # or an error
        words = self._tokens.words(text)
        return Reading(words, tuple(map(_syllable, READ.finditer(words))))


def _syllable(read: re.Match[str]) -> ReadSyllable:
    pinyin = shown(parse(read[0])) if read["mark"] else ""
    return ReadSyllable(read[0], pinyin, pinyin)
