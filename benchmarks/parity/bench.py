"""The texts and voices that are compared, and what upstream's program makes of them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from benchmarks.parity.oracle import Oracle, Speech, Voice
from benchmarks.parity.ours import Ours
from speech.utterance import NEUTRAL
from tests.support.recordings import file, voice

RATE = 22050
"""Of the recordings: upstream brings all to it first, so that here only one resampling is left."""

RECORDINGS = {"low": (3.6, 120.0), "high": (3.1, 210.0)}
"""Seconds and Hz; with noise in them, or the logarithm of nothing would be compared in most bands."""

NOISE = 0.003

TEXTS = (
    ("low", "你好世界，谢谢大家。", NEUTRAL),
    ("high", "今天晚上我想去看电影，你觉得怎么样？", (0.9, 0.0, 0.0, 0.0, 0.0, 0.0, 0.4, 0.0)),
    ("low", "HELLO WORLD, WHERE IS THE MONEY?", (0.0, 0.3, 0.5, 0.0, 0.2, 0.0, 0.0, 0.6)),
    ("high", "再见！", NEUTRAL),
)

WHOLE = {"num_beams": 1, "repetition_penalty": 10.0}


@dataclass
class Bench:
    folder: Path
    recorded: Path
    """Where the recordings are written."""

    oracle: Oracle
    ours: Ours

    @cached_property
    def recordings(self) -> dict[str, Path]:
        paths = {name: self.recorded / f"{name}.wav" for name in RECORDINGS}
        for name, (seconds, pitch) in RECORDINGS.items():
            clean = voice(seconds, RATE, pitch=pitch)
            noise = np.random.default_rng(0).normal(0, NOISE, len(clean)).astype(np.float32)
            paths[name].write_bytes(file(clean + noise, RATE, subtype="FLOAT"))
        return paths

    @cached_property
    def voices(self) -> dict[str, Voice]:
        return {name: self.oracle.voice(path) for name, path in self.recordings.items()}

    @cached_property
    def spoken_with(self) -> list[Voice]:
        return [self.voices[name] for name, _, _ in TEXTS]

    @cached_property
    def speeches(self) -> list[Speech]:
        """The texts by the whole of upstream's program, one by one."""
        generation = {**WHOLE, "max_mel_tokens": self.longest}
        return [
            self.oracle.speak(self.recordings[name], text, vector, seed, generation)
            for seed, (name, text, vector) in enumerate(TEXTS)
        ]

    @property
    def longest(self) -> int:
        return self.ours.config.max_mel_tokens - 1
