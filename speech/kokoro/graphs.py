"""Kokoro's graph as two: all that decides how something is said, and the decoder that says it.

Kokoro is StyleTTS 2 (Li et al., 2023, arXiv:2306.07691) with the decoder of iSTFTNet (Kaneko et al., 2022,
arXiv:2203.02395). Between the two stand what a listener hears as prosody, F0 and energy, and the phonemes' features,
repeated as often as each phoneme lasts. Cut here the two give exactly the samples of the whole.
"""

import onnx
from onnx.utils import Extractor

Names = dict[str, str]
"""Names in the file as it was published, and what they are called here."""

TIMBRE = {"/decoder/Slice_output_0": "timbre"}
MANNER = {"/encoder/Slice_output_0": "manner"}
"""The halves of a style, `[1, 128]` each: the first is for the decoder."""

DURATIONS = {"/encoder/Gather_output_0": "durations"}
"""`[tokens]`, int64: frames of each token, at least 1."""

DECODED = {
    "/encoder/MatMul_1_output_0": "asr",
    "/encoder/Reshape_output_0": "f0",
    "/encoder/Reshape_1_output_0": "energy",
}
"""`[1, 512, frames]`, `[1, 2 * frames]` in Hz, `[1, 2 * frames]`."""


def acoustic(whole: onnx.ModelProto) -> bytes:
    """`tokens [1, n]`, `manner [1, 128]`, `speed [1]` → `asr`, `f0`, `energy`, `durations [n]`."""
    return _part(whole, {"tokens": "tokens", **MANNER, "speed": "speed"}, {**DECODED, **DURATIONS})


def vocoder(whole: onnx.ModelProto) -> bytes:
    """`asr`, `f0`, `energy`, `timbre [1, 128]` → `audio [600 * frames]`."""
    return _part(whole, {**DECODED, **TIMBRE}, {"audio": "audio"})


def _part(whole: onnx.ModelProto, inputs: Names, outputs: Names) -> bytes:
    model = Extractor(whole).extract_model([*inputs], [*outputs])
    _rename(model.graph, inputs | outputs)
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _rename(graph: onnx.GraphProto, names: Names) -> None:
    for value in (*graph.input, *graph.output):
        value.name = names[value.name]
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
