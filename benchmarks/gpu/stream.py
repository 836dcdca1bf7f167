"""Segments of mixed lengths that come when they come: where new shapes, waiting and memory show."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

import torch

from benchmarks.gpu.bench import GIB, Bench, Result
from benchmarks.gpu.clock import Clock, tf32
from benchmarks.gpu.engine import Engine
from benchmarks.gpu.work import Job, job
from speech.indextts2.gpt.decoder import MOST_LANES
from speech.indextts2.settings import Settings

RATES = (1.0, 4.0, 8.0, 16.0)
"""Segments a second, as a Poisson process; a segment is some 5 s of speech."""

SECONDS = 15.0
"""For so long they come, at each rate."""


@dataclass(frozen=True)
class Arrival:
    at: float
    job: Job


def stream(bench: Bench) -> Result:
    """At each rate how long a segment takes, from its arrival on, and what is still recorded after the warm-up.

    The engine's memory is the default, and its voices are known. Unlike in Triton the vocoder runs in the same
    process, so that the next batch waits for it.
    """
    with tf32(products=True, convolutions=True):
        engine, clock = Engine(bench.half, memory=Settings.memory_mb * 2**20), Clock(bench.device)
        engine.warm_up()
        clock.lap("warm-up")
        found: Result = {"warm_up_s": clock.total, "graphs": engine.graphs, "rates": []}
        for rate in RATES:
            if bench.budget.over:
                bench.skipped.append(f"stream: {rate:g} a second (time)")
            else:
                found["rates"].append(_at(bench, engine, rate))
    return found


def arrivals(bench: Bench, rate: float, seconds: float) -> list[Arrival]:
    chance = random.Random(rate)  # noqa: S311 - no secret
    voices = bench.voices(bench.half)
    found: list[Arrival] = []
    at = chance.expovariate(rate)
    while at < seconds or not found:
        length = chance.randint(*bench.scale.characters)
        found.append(Arrival(at, job(bench.scale, chance.choice(voices), length, len(found))))
        at += chance.expovariate(rate)
    return found


def _at(bench: Bench, engine: Engine, rate: float) -> Result:
    on_gpu = bench.device.type == "cuda"
    expected = arrivals(bench, rate, SECONDS if on_gpu else 1.0)
    if on_gpu:  # and its cached blocks stay, as in a server
        torch.cuda.reset_peak_memory_stats(bench.device)
    graphs = engine.graphs
    took, audio, batches, spent = _spoken(bench, engine, expected)
    return {
        "rate": rate,
        "segments": len(expected),
        "rows_a_batch": len(expected) / max(batches, 1),
        "p50_s": median(took),
        "p95_s": quantiles([*took, *took], n=20)[-1],
        "all_s": took,
        "audio_per_s": audio / spent,
        "recorded": engine.graphs - graphs,
        "peak_gib": torch.cuda.max_memory_allocated(bench.device) / GIB if on_gpu else None,
    }


def _spoken(bench: Bench, engine: Engine, expected: Sequence[Arrival]) -> tuple[list[float], float, int, float]:
    """Seconds that each segment took, seconds of audio, the number of batches, and seconds in all."""
    took: list[float] = []
    audio, batches, began = 0.0, 0, time.perf_counter()
    while len(took) < len(expected):
        waiting = expected[len(took) :]
        time.sleep(max(0.0, waiting[0].at - (time.perf_counter() - began)))
        now = max(time.perf_counter() - began, waiting[0].at)
        batch = [arrival for arrival in waiting[:MOST_LANES] if arrival.at <= now]
        audio += bench.audio(engine.speak([arrival.job for arrival in batch]))
        batches += 1
        now = time.perf_counter() - began
        took += [now - arrival.at for arrival in batch]
    return took, audio, batches, time.perf_counter() - began
