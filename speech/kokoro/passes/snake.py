"""The activation function of the decoder, Snake (Ziyin et al., 2020, arXiv:2006.08195)."""

import onnx
from onnx.helper import make_node

from speech.kokoro.passes.editing import Editor, Pattern

Y: Pattern = ("InstanceNormalization", "x", "gain", "shift")
SNAKE: Pattern = ("Add", Y, ("Mul", "reciprocal", ("Pow", ("Sin", ("Mul", "alpha", Y)), "two")))


def scaled(model: onnx.ModelProto) -> onnx.ModelProto:
    """y + sin(ay)² / a after a normalisation is (v + sin(v)²) / a for v = ay, and that is normalised with gain a.

    One product less over the whole of the sound, and a square as a product.
    """
    editor = Editor(model)
    for output, found in editor.matches(SNAKE):
        alpha = editor.add(f"{output}/alpha", editor.constant(found["alpha"]).reshape(-1))
        inner = f"{output}/"
        normalization = onnx.NodeProto()
        normalization.CopyFrom(editor.node(found["InstanceNormalization"]))
        normalization.input[:] = [found["x"], f"{inner}gain", f"{inner}shift"]
        normalization.output[:] = [f"{inner}v"]
        nodes = [
            make_node("Mul", [found["gain"], alpha], [f"{inner}gain"]),
            make_node("Mul", [found["shift"], alpha], [f"{inner}shift"]),
            normalization,
            make_node("Sin", [f"{inner}v"], [f"{inner}sine"]),
            make_node("Mul", [f"{inner}sine", f"{inner}sine"], [f"{inner}square"]),
            make_node("Add", [f"{inner}v", f"{inner}square"], [f"{inner}sum"]),
            make_node("Mul", [f"{inner}sum", found["reciprocal"]], [output]),
        ]
        editor.replace(output, nodes)
    return editor.finished()
