"""The decoder's activation function, Snake (Ziyin et al., 2020, arXiv:2006.08195)."""

import onnx
from onnx.helper import make_node

from speech.kokoro.passes.editing import Editor, Pattern

Y: Pattern = ("InstanceNormalization", "x", "gain", "shift")
SNAKE: Pattern = ("Add", Y, ("Mul", "reciprocal", ("Pow", ("Sin", ("Mul", "alpha", Y)), "two")))


def scaled(model: onnx.ModelProto) -> onnx.ModelProto:
    """Write y + sin(ay)² / a after a normalisation as (v + sin(v)²) / a, where v = ay is normalised at once.

    This saves a product, and the square is one, too: `Pow` takes longer.
    """
    editor = Editor(model)
    for output, found in editor.matches(SNAKE):
        alpha = editor.add(f"{output}/alpha", editor.constant(found["alpha"]).reshape(-1))
        names = ("gain", "shift", "v", "sine", "square", "sum")
        gain, shift, v, sine, square, total = (f"{output}/{name}" for name in names)
        normalization = make_node("InstanceNormalization", [found["x"], gain, shift], [v])
        normalization.attribute.extend(editor.attributes(found["InstanceNormalization"]))
        nodes = [
            make_node("Mul", [found["gain"], alpha], [gain]),
            make_node("Mul", [found["shift"], alpha], [shift]),
            normalization,
            make_node("Sin", [v], [sine]),
            make_node("Mul", [sine, sine], [square]),
            make_node("Add", [v, square], [total]),
            make_node("Mul", [total, found["reciprocal"]], [output]),
        ]
        editor.replace(output, nodes)
    return editor.finished()
