"""How a text is read, without the models that speak it."""

from speech.baker.settings import Settings
from speech.reading import Reading, ReadSyllable
from speech.text import pronunciation_of
from speech.text.syllables import shown


class Inspector:
    def __init__(self, _settings: Settings) -> None:
        """It needs no file of the voice, but the normaliser, which is loaded by the first text."""
        self.inspect("你好")

    def inspect(self, text: str) -> Reading:
        """The reading of a text, each syllable with its character, or with its word where that is of Latin letters."""
        said = pronunciation_of(text)
        return Reading(
            said.spoken,
            tuple(
                ReadSyllable(said.spoken[sound.start : sound.end], shown(sound.pinyin), shown(sound.spoken))
                for sound in said.sounds
                if sound.audible
            ),
        )
