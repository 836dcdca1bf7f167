"""Time, in turns, and how far apart the two sound."""

import statistics
import time
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.kokoro.models import Inputs, Speak
from benchmarks.load.bench import Result

SAMPLE_RATE = 24000
FRAME = 1024
AUDIBLE_DB = 40
"""Below the loudest band; what is less loud is not compared."""

NUDGE = np.float32(1 + 1e-6)


def timed(models: Mapping[str, Speak], inputs: Inputs, rounds: int) -> Result:
    """Seconds of the first run of each, and of further ones, one after the other in turns: `wall` and `cpu`."""
    first = {name: _seconds(speak, inputs) for name, speak in models.items()}
    warm: dict[str, list[Result]] = {name: [] for name in models}
    for _ in range(rounds):
        for name, speak in models.items():
            warm[name].append(_seconds(speak, inputs))
    return {"first": first, "warm": warm}


def apart(published: Speak, ours: Speak, inputs: Inputs) -> Result:
    """How far ours is from the published graph; and that graph from itself, its style changed by a millionth."""
    one, other = published(inputs), ours(inputs)
    nudged = published(inputs | {"style": inputs["style"] * NUDGE})
    return {"ours_db": _distance(one, other), "nudged_db": _distance(one, nudged), "seconds": len(one) / SAMPLE_RATE}


def median(runs: list[Result], clock: str) -> float:
    return float(statistics.median(run[clock] for run in runs))


def _seconds(speak: Speak, inputs: Inputs) -> Result:
    wall, cpu = time.perf_counter(), time.process_time()
    speak(inputs)
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float | None:
    """Mean of the differences of loudness in dB, over 40 bands and the frames of speech; None if one is longer."""
    if one.shape != other.shape:
        return None
    levels, others = _levels(one), _levels(other)
    audible = levels > levels.max() - AUDIBLE_DB
    return float(np.abs(levels - others)[audible].mean())


def _levels(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """In dB, `[frames, 40]`: bands as wide as what an ear tells apart, roughly: equal on a logarithmic scale."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[:: FRAME // 4] * np.hanning(FRAME)
    power = np.abs(np.fft.rfft(frames)) ** 2
    edges = np.unique(np.geomspace(4, FRAME // 2, 41).astype(int))
    bands = np.add.reduceat(power, edges[:-1], axis=1)
    decibels: NDArray[np.float64] = 10 * np.log10(bands + 1e-9)
    return decibels
