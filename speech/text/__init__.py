"""The Mandarin text front end: what is written, how it is said. No engine is known here."""

from speech.text.normalizer import normalize, normalize_english
from speech.text.pronunciation import pronounce
from speech.text.tokens import Pause, Syllable

__all__ = ["Pause", "Syllable", "normalize", "normalize_english", "pronounce"]
