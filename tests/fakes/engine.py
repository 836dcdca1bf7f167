"""An engine that hums: a sine per segment, as long as its text, with scripted failures and delays."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from api.engine.engine import Capabilities, Reading, Speech, Statistics, Syllable, Times, Utterance, Waveform
from api.engine.errors import EngineTimeoutError
from api.engine.voices import Voice

RATE = 24000
SAMPLES_PER_CHARACTER = 240


def voices_called(*names: str) -> tuple[Voice, ...]:
    return tuple(Voice(name, name.title(), "zh-CN", "female", f"你好，我是{name}。") for name in names)


@dataclass
class FakeEngine:
    """Implements Engine. `failures` and `delays` are by a part of the text; `""` is in all of them.

    The first of its `voices` is its default; where there are none it lists none.
    """

    max_segment_characters: int = 40
    samples_per_character: int = SAMPLES_PER_CHARACTER
    failures: dict[str, Exception] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    spoken: list[Utterance] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    knows_characters: bool = False
    voices: Sequence[Voice] | None = None
    running: int = 0
    most_running: int = 0
    closed: bool = False

    async def capabilities(self) -> Capabilities:
        if "" in self.failures:
            raise self.failures[""]
        default = self.voices[0].id if self.voices else None
        return Capabilities(RATE, self.max_segment_characters, default, self.voices)

    async def speak(self, utterance: Utterance, timeout_s: float) -> Speech:
        self.spoken.append(utterance)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            async with asyncio.timeout(timeout_s):
                waveform = await self._hum(utterance)
            times = self._times(utterance, len(waveform)) if self.knows_characters else None
            return Speech(waveform, RATE, times)
        except TimeoutError:
            raise EngineTimeoutError from None
        except asyncio.CancelledError:
            self.counts["cancelled"] += 1
            raise
        finally:
            self.running -= 1

    def _times(self, utterance: Utterance, length: int) -> Times:
        """Each character has its share, but punctuation has none."""
        ends = np.cumsum([character.isalnum() for character in utterance.text])
        times: Times = np.stack([ends - np.diff(ends, prepend=0), ends], axis=1) * (length / RATE / max(ends[-1], 1))
        return times.astype(np.float32)

    async def inspect(self, text: str, timeout_s: float) -> Reading:
        """Each character is read as itself, and punctuation is not."""
        async with asyncio.timeout(timeout_s):
            await self._behave(text)
        return Reading(text, tuple(Syllable(one, f"{one}1", f"{one}2") for one in text if one.isalnum()))

    async def statistics(self) -> Statistics:
        """Nothing ever waits."""
        return Statistics(len(self.spoken), 0.0, float(len(self.spoken)))

    async def close(self) -> None:
        self.closed = True

    async def _behave(self, text: str) -> None:
        for part, seconds in self.delays.items():
            if part in text:
                await asyncio.sleep(seconds)
        for part, error in self.failures.items():
            if part in text:
                raise error

    async def _hum(self, utterance: Utterance) -> Waveform:
        await self._behave(utterance.text)
        count = round(len(utterance.text) * self.samples_per_character / utterance.speed)
        waveform: Waveform = np.sin(np.arange(count, dtype=np.float32) * np.float32(0.05)) * np.float32(0.5)
        return waveform
