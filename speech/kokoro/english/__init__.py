"""English words in the symbols that Kokoro was trained on: those of misaki's American and British dictionaries."""

from speech.kokoro.english.reader import English

__all__ = ["English"]
