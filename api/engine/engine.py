"""What the api needs of an engine: one segment → its speech."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from api.engine.voices import Voice

DEFAULT_VOICE = "default"
"""As the voice of an utterance, or in a mixture: the one that the engine names as its default."""

Waveform = NDArray[np.float32]
"""Mono, −1…1."""

Times = NDArray[np.float32]
"""`[characters, 2]`: when each character of a text begins and ends, in seconds."""


@dataclass(frozen=True)
class Capabilities:
    """What an engine makes (samples per second) and takes (characters of one segment), and its voices.

    `voices` is None where it does not list them: it may have any.
    """

    sample_rate: int
    max_segment_characters: int
    default_voice: str | None = None
    voices: Sequence[Voice] | None = None


@dataclass(frozen=True)
class Utterance:
    """One segment and how to say it. The same utterance with the same seed gives the same samples.

    `voice` is the name of one, `DEFAULT_VOICE`, or a mixture of such, as `xiaoxiao+yunxi`.

    `emotion` has eight strengths 0…1 in the order of contract 1; `speed` 2.0 is twice as fast, `pitch` 2.0 an octave
    up; `intensity` 0…1 is how much of the emotion there is, None as much as the engine finds right.
    """

    text: str
    voice: str
    emotion: tuple[float, ...] = ()
    speed: float = 1.0
    pitch: float = 1.0
    intensity: float | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Speech:
    """A segment, spoken; `sample_rate` is this waveform's own, in Hz.

    `times` are those of its characters in the waveform; None where the engine does not know them. One without a sound
    of its own begins and ends at once.
    """

    waveform: Waveform
    sample_rate: int
    times: Times | None = None


@dataclass(frozen=True)
class Syllable:
    """`text` is what of the normalised text it is the sound of.

    `pinyin` is its reading, as in `xing2`, and `spoken` that after the tones around it have changed it; None where the
    engine does not know them.
    """

    text: str
    pinyin: str | None
    spoken: str | None


@dataclass(frozen=True)
class Reading:
    """How a segment is read: the words that are spoken, and their syllables in order."""

    normalized: str
    syllables: tuple[Syllable, ...]


@dataclass(frozen=True)
class Statistics:
    """What all segments together, whosever they were, have taken since the engine started; what was cached is left out.

    `waited_s` in its queues, `worked_s` being worked on.
    """

    segments: int
    waited_s: float
    worked_s: float


class Engine(Protocol):
    """Raises `EngineError`."""

    async def capabilities(self) -> Capabilities: ...

    async def speak(self, utterance: Utterance, timeout_s: float) -> Speech: ...

    async def inspect(self, text: str, timeout_s: float) -> Reading: ...

    async def statistics(self) -> Statistics: ...

    async def close(self) -> None: ...
