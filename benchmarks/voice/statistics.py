"""What many takes come to. Pure functions."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.voice.intelligibility import Understood, error_rate
from benchmarks.voice.takes import Take

RESAMPLES = 2000
INTERVAL = (2.5, 97.5)
"""Percentiles."""


def summary(takes: Sequence[Take]) -> dict[str, Any]:
    """Of one manner of one voice; the interval is of the errors, in per cent, over other sentences like these."""
    said = [take.understood for take in takes]
    similarity = similarities(np.array([take.embedding for take in takes]))
    return {
        "sentences": len(takes),
        "units": sum(one.units for one in said),
        "error_percent": 100 * error_rate(said),
        "error_interval": [100 * bound for bound in interval(said)],
        **{f"mos_{name}": fmean(vars(take.opinion)[name] for take in takes) for name in vars(takes[0].opinion)},
        "similarity": float(similarity.mean()),
        "similarity_least": float(similarity.min()),
        "pace": sum(one.units for one in said) / sum(take.melody.seconds for take in takes),
        **{name: fmean(vars(take.melody)[name] for take in takes) for name in ("f0_hz", "f0_range", "level_db")},
    }


def interval(said: Sequence[Understood]) -> tuple[float, float]:
    """The 95 % bootstrap interval of the rate of errors over sentences (Bisani and Ney, ICASSP 2004)."""
    counts = np.array([(one.errors, one.units) for one in said])
    chosen = np.random.default_rng(0).integers(len(counts), size=(RESAMPLES, len(counts)))
    errors, units = counts[chosen].sum(axis=1).T
    low, high = np.percentile(errors / units, INTERVAL)
    return float(low), float(high)


def similarities(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of each unit vector `[takes, width]` to their mean."""
    centre = embeddings.mean(axis=0)
    return np.asarray(embeddings @ (centre / np.linalg.norm(centre)), np.float32)
