"""How a text is read, without the models that speak it."""

from speech.baker.settings import Settings
from speech.reading import Reading, reading
from speech.text import pronunciation_of


class Inspector:
    def __init__(self, _settings: Settings) -> None:
        """It needs no file of the voice, but the normaliser, which is loaded by the first text."""
        self.inspect("你好")

    def inspect(self, text: str) -> Reading:
        return reading(pronunciation_of(text))
