"""What the api needs of an engine: one segment → one waveform."""

from dataclasses import dataclass
from typing import Protocol

from api.synthesis.audio import Waveform
from api.synthesis.emotions import Vector


@dataclass(frozen=True)
class Capabilities:
    """What an engine makes (samples per second) and takes (characters of one segment)."""

    sample_rate: int
    max_segment_characters: int


@dataclass(frozen=True)
class Utterance:
    """One segment and how to say it. Same utterance and seed, same audio."""

    text: str
    emotion: Vector
    speed: float
    seed: int | None = None


class Engine(Protocol):
    """Raises ApiError, with one of the problems of speaking."""

    async def capabilities(self) -> Capabilities: ...

    async def speak(self, utterance: Utterance) -> Waveform: ...

    async def close(self) -> None: ...
