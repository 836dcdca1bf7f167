"""What all measurements share: the models, the work, the time that is left."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from typing import Any

import torch

from benchmarks.gpu.clock import Budget
from benchmarks.gpu.engine import Speech
from benchmarks.gpu.model import FULL, HALF, Model, Scale, build
from benchmarks.gpu.work import Voice, voices

Result = dict[str, Any]

GIB = 2**30


@dataclass
class Bench:
    scale: Scale
    device: torch.device
    budget: Budget
    skipped: list[str] = field(default_factory=list)
    _voices: dict[int, list[Voice]] = field(default_factory=dict)

    @cached_property
    def half(self) -> Model:
        return build(self.scale, HALF, self.device)

    @cached_property
    def full(self) -> Model:
        return build(self.scale, FULL, self.device)

    @cached_property
    def mixed(self) -> Model:
        """Only the GPT in half precision, as upstream with `use_fp16`."""
        return Model(self.half.gpt, self.full.s2mel, self.full.codec, self.full.vocoder)

    def voices(self, model: Model) -> list[Voice]:
        """The same recordings as this model hears them."""
        if id(model) not in self._voices:
            self._voices[id(model)] = voices(model, self.scale)
        return self._voices[id(model)]

    def repeated(self, once: Callable[[int], Speech]) -> tuple[Speech, list[Speech]]:
        """The first take, in which shapes are met for the first time, and the others, as many as time allows."""
        first, others = once(0), list[Speech]()
        while len(others) < self.scale.repeats and not (others and self.budget.over):
            others.append(once(len(others) + 1))
        return first, others or [first]

    def audio(self, speech: Speech) -> float:
        """Seconds of it."""
        return sum(len(waveform) for waveform in speech.waveforms) / self.scale.sample_rate

    def summary(self, first: Speech, others: list[Speech]) -> Result:
        """Medians of a measurement, with every number that they are of."""
        audio, seconds = self.audio(first), median(speech.seconds for speech in others)
        return {
            "rows": len(first.waveforms),
            "codes": [len(codes) for codes in first.codes],
            "audio_s": audio,
            "first_s": first.seconds,
            "all_s": [speech.seconds for speech in others],
            "seconds": seconds,
            "rtf": seconds / audio,
            "audio_per_s": audio / seconds,
            "stages": {lap: median(speech.laps[lap] for speech in others) for lap in first.laps},
        }
