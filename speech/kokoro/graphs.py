"""Kokoro's graph as three: how long each symbol lasts, how all is said, and the decoder that says it.

Kokoro is StyleTTS 2 (Li et al., 2023, arXiv:2306.07691) with the decoder of iSTFTNet (Kaneko et al., 2022,
arXiv:2203.02395). Between its parts stand what a listener hears as prosody: first the durations, then F0 and energy,
beside the symbols' features, repeated as often as each lasts. Cut here the three give exactly the samples of the whole.
"""

import onnx
from onnx.utils import Extractor

Names = dict[str, str]
"""Names in the file as it was published, and what they are called here."""

TOKENS = {"tokens": "tokens"}
TIMBRE = {"/decoder/Slice_output_0": "timbre"}
MANNER = {"/encoder/Slice_output_0": "manner"}
"""The halves of a style, `[1, 128]` each: the first is for the decoder."""

LENGTHS = {"/encoder/predictor/ReduceSum_output_0": "lengths"}
"""`[1, symbols]`: frames that each symbol lasts at the model's own pace, not rounded."""

HIDDEN = {"/encoder/predictor/text_encoder/Concat_4_output_0": "hidden"}
DURATIONS = {"/encoder/Gather_output_0": "durations"}
"""`[symbols]`, int64: frames that each symbol lasts, at least 1."""

DECODED = {
    "/encoder/MatMul_1_output_0": "asr",
    "/encoder/Reshape_output_0": "f0",
    "/encoder/Reshape_1_output_0": "energy",
}
"""`[1, 512, frames]`, `[1, 2 * frames]` in Hz, `[1, 2 * frames]`."""


def durations(whole: onnx.ModelProto) -> bytes:
    """`tokens [1, symbols]`, `manner` → `lengths`, `hidden`."""
    return _part(whole, {**TOKENS, **MANNER}, {**LENGTHS, **HIDDEN})


def acoustic(whole: onnx.ModelProto) -> bytes:
    """`tokens`, `manner`, `hidden`, `durations` → `asr`, `f0`, `energy`."""
    return _part(whole, {**TOKENS, **MANNER, **HIDDEN, **DURATIONS}, DECODED)


def vocoder(whole: onnx.ModelProto) -> bytes:
    """`asr`, `f0`, `energy`, `timbre` → `audio [600 * frames]`."""
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
