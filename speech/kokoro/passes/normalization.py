"""Adaptive instance normalisation (Huang and Belongie, 2017, arXiv:1703.06868) as one operator."""

import numpy as np
import onnx
from onnx.helper import make_node

from speech.kokoro.passes.editing import Editor, Pattern

CENTRED: Pattern = ("Sub", "x", ("ReduceMean", "x", "axes"))
DEVIATION: Pattern = ("Sqrt", ("Add", ("ReduceMean", ("Mul", CENTRED, CENTRED), "axes"), "epsilon"))
NORMALIZED: Pattern = ("Add", ("Mul", "gain", ("Div", CENTRED, DEVIATION)), "shift")


def fused(model: onnx.ModelProto) -> onnx.ModelProto:
    """`gain * (x - mean) / sqrt(variance + epsilon) + shift` over time is `InstanceNormalization`, in one go.

    Gain and shift are computed from the style, `[1, channels, 1]`; the operator takes them as `[channels]`.
    """
    editor = Editor(model)
    flat = editor.add("passes/flat", np.array([-1]))
    for output, found in editor.matches(NORMALIZED):
        gain, shift, epsilon = f"{output}/gain", f"{output}/shift", float(editor.constant(found["epsilon"]))
        nodes = [
            make_node("Reshape", [found["gain"], flat], [gain]),
            make_node("Reshape", [found["shift"], flat], [shift]),
            make_node("InstanceNormalization", [found["x"], gain, shift], [output], epsilon=epsilon),
        ]
        editor.replace(output, nodes)
    return editor.finished()
