"""English words in the symbols that Kokoro was trained on: those of misaki's American and British dictionaries."""

from speech.kokoro.english.dialect import AMERICAN, BRITISH, Dialect, aspirated
from speech.kokoro.english.dictionary import Dictionary
from speech.kokoro.english.guesser import Guesser
from speech.kokoro.english.lexicon import Lexicon
from speech.kokoro.english.reader import English

__all__ = ["AMERICAN", "BRITISH", "Dialect", "Dictionary", "English", "Guesser", "Lexicon", "aspirated"]
