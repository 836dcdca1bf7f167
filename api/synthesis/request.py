"""What a call asks for, whatever the view that it came by."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.engine.engine import Utterance
from api.labels.policy import Audible
from api.synthesis.emotions import PRESETS, Vector

CHARACTER_S = 0.33
"""At normal speed: more than most characters take."""

LABEL_S: Mapping[Audible, float] = {"none": 0.0, "rhythm": 2.0, "notice": 5.0}
"""What a label that is heard takes, at most."""


@dataclass(frozen=True)
class SpeechRequest:
    """What to say and how; the numbers mean what they mean in `Utterance`."""

    text: str
    voice: str
    emotion: Vector = PRESETS["neutral"]
    speed: float = 1.0
    pitch: float = 1.0
    intensity: float | None = None
    seed: int | None = None
    label: Audible | None = None
    """What is heard before it; None where no policy has decided yet."""

    @property
    def most_seconds(self) -> float:
        """More than most texts of this length take to be said."""
        return len(self.text) * CHARACTER_S / self.speed + LABEL_S[self.label or "none"]

    def utterance(self, text: str) -> Utterance:
        """A part of the text, to be said in this way."""
        return Utterance(text, self.voice, self.emotion, self.speed, self.pitch, self.intensity, self.seed)
