"""Which voices an engine has."""

from dataclasses import dataclass

from speech import baker

MANDARIN = "zh-CN"


@dataclass(frozen=True)
class Voice:
    """An empty id is the default of whoever is asked."""

    id: str
    language: str = MANDARIN

    @property
    def native(self) -> str:
        """The list of sentences in its own language."""
        return "mandarin" if self.language == MANDARIN else "english"


VOICES = {"baker": [Voice(baker.VOICE)]}
"""Of each engine, its default first."""
