"""How high, how lively, how loud and how fast a voice speaks; F0 by SwiftF0 (Nieradzik, 2025, arXiv:2508.18440)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.voice.sources import RATE, Waveform
from speech.silence import KEPT_SECONDS, speech_span

F0_RANGE = (60.0, 500.0)
"""Hz, within which people speak."""

VOICED = 0.5
LOW, HIGH = 10, 90
"""Percentiles between which the range of the melody lies: the extremes are often errors of the detector."""


@dataclass(frozen=True)
class Melody:
    """Of a sound: median of F0 in Hz, range of F0 in semitones, level of what is voiced in dB, seconds of speech."""

    f0_hz: float
    f0_range: float
    level_db: float
    seconds: float


class Ear:
    def __init__(self, threads: int) -> None:
        from swift_f0 import SwiftF0  # noqa: PLC0415  only in this benchmark's own environment

        self._detector: Any = SwiftF0(threads, spin=False)

    def listen(self, waveform: Waveform) -> Melody:
        found = self._detector.detect(waveform, RATE, *F0_RANGE)
        voiced = found.confidence >= VOICED
        if not voiced.any():
            raise ValueError("no voice is heard")
        f0, powers = found.pitch_hz[voiced], 10 ** (found.loudness_db[voiced] / 10)
        low, high = np.percentile(f0, (LOW, HIGH))
        start, end = speech_span(waveform, RATE)
        seconds = (end - start) / RATE - 2 * KEPT_SECONDS
        return Melody(
            f0_hz=float(np.median(f0)),
            f0_range=float(12 * np.log2(high / low)),
            level_db=float(10 * np.log10(powers.mean())),
            seconds=seconds,
        )
