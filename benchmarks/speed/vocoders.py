"""The vocoder of `baker` as it is, and as it was on LiteRT."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from speech.baker import Settings, Vocoder
from speech.baker.graph import Graph

Samples = NDArray[np.float32]
Vocode = Callable[[Samples], Samples]
"""A mel spectrogram `[frames, 80]` to samples −1…1."""

CHUNK, CONTEXT, HOP = 256, 32, 300
"""Of the vocoder as it was: frames a run, frames besides on either side, samples a frame."""


def vocoders(melgan: Path, voice: Path) -> Mapping[str, Vocode]:
    """By name, with one thread each; `melgan` is the TFLite file as it was published."""
    graph = Graph(melgan.read_bytes(), 1)
    return {
        "LiteRT, in chunks": lambda mel: chunked(graph, mel),
        "LiteRT": lambda mel: _whole(graph, mel),
        "ONNX Runtime": Vocoder(Settings(voice)).waveform,
    }


def chunked(graph: Graph, mel: Samples) -> Samples:
    return np.concatenate([_chunk(graph, mel, start) for start in range(0, len(mel), CHUNK)])


def _chunk(graph: Graph, mel: Samples, start: int) -> Samples:
    first = max(0, start - CONTEXT)
    samples = _whole(graph, mel[first : start + CHUNK + CONTEXT])
    return samples[(start - first) * HOP : (start - first + CHUNK) * HOP]


def _whole(graph: Graph, mel: Samples) -> Samples:
    samples: Samples = graph(mel[np.newaxis])[0][0, :, 0]
    return samples
