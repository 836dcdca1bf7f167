"""How a text is read, without the models that speak it."""

from speech.kokoro.script import FrontEnd
from speech.kokoro.settings import Settings
from speech.reading import Reading, reading


class Inspector:
    def __init__(self, settings: Settings) -> None:
        """It needs what the front end does, and the normaliser, which is loaded by the first text."""
        self._front_end = FrontEnd(settings.folder)
        self.inspect("你好")

    def inspect(self, text: str) -> Reading:
        return reading(self._front_end.read(text).pronunciation)
