"""How speech is to sound."""

from dataclasses import dataclass, replace
from typing import Self

from api.synthesis.emotions import PRESETS, Vector

Range = tuple[float, float]

SPEEDS: Range = (0.5, 2.0)
PITCHES: Range = (0.8, 1.25)
INTENSITIES: Range = (0.0, 1.0)
VOLUMES: Range = (0.0, 2.0)
"""As factors; no louder, since what is louder still is distorted."""


@dataclass(frozen=True)
class Style:
    """The numbers mean what they mean in `Utterance`; `volume` is how many times the amplitude: 2.0 is 6 dB louder."""

    voice: str
    emotion: Vector = PRESETS["neutral"]
    speed: float = 1.0
    pitch: float = 1.0
    intensity: float | None = None
    volume: float = 1.0

    def scaled(self, *, speed: float = 1.0, pitch: float = 1.0, volume: float = 1.0) -> Self:
        """So many times as fast, high and loud, within what can be had."""
        return replace(
            self,
            speed=_within(SPEEDS, self.speed * speed),
            pitch=_within(PITCHES, self.pitch * pitch),
            volume=_within(VOLUMES, self.volume * volume),
        )


def _within(allowed: Range, number: float) -> float:
    low, high = allowed
    return min(max(number, low), high)
