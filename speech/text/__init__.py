"""The Mandarin text front end: what is written, how it is said. No engine is known here."""

from speech.text.length import check_length
from speech.text.normalizer import normalize, normalize_english
from speech.text.pronunciation import Pronunciation, pronounce, pronunciation_of
from speech.text.timing import character_times
from speech.text.tokens import EnglishWord, Pause, Syllable

__all__ = [
    "EnglishWord",
    "Pause",
    "Pronunciation",
    "Syllable",
    "character_times",
    "check_length",
    "normalize",
    "normalize_english",
    "pronounce",
    "pronunciation_of",
]
