"""English words in the symbols that Kokoro was trained on: those of misaki's American and British dictionaries."""

from pathlib import Path

from speech.kokoro.english.dialect import AMERICAN, BRITISH, Dialect
from speech.kokoro.english.guesser import Guesser
from speech.kokoro.english.lexicon import Lexicon
from speech.kokoro.english.reader import English
from speech.kokoro.files import FILES, GUESSER

__all__ = ["AMERICAN", "BRITISH", "Dialect", "English", "load"]


def load(folder: Path, dialect: Dialect) -> English:
    """What reads English in a dialect, from the engine's files."""
    gold, silver = (FILES.read(folder, name) for name in dialect.dictionaries)
    return English(Lexicon(gold, silver, dialect), Guesser(FILES.read(folder, GUESSER)), dialect)
