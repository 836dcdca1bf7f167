"""Convolutions of 8-bit integers as products of matrices."""

from collections.abc import Iterator

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.helper import make_node

from speech.kokoro.passes.editing import Editor, Found, Pattern

SUM: Pattern = ("ConvInteger", "x", "weight", "x_zero", "weight_zero")
BIAS: Pattern = ("Reshape", ("Cast", ("Floor", ("Div", "bias", "scale"))))
SCALE: Pattern = ("Mul", "x_scale", "weight_scale")
PATTERNS: tuple[Pattern, ...] = (("Mul", ("Cast", SUM), SCALE), ("Mul", ("Cast", ("Add", SUM, BIAS)), SCALE))

MIDDLE = 64


def as_products(model: onnx.ModelProto) -> onnx.ModelProto:
    """Let a convolution be the product of its weights with a matrix of all the steps that each output depends on.

    onnxruntime computes `ConvInteger` with unsigned weights, which it arranges for the processor at each run.
    `MatMulIntegerToFloat` has them arranged once, and takes signed ones, for which processors have instructions (VNNI,
    AMX). The sums are the same integers; scale and bias are in the operator. The bias is added as it is, where the
    graph rounded it down to a multiple of the scale.

    Convolutions of one channel are left as they are: there is nothing to win.
    """
    editor = Editor(model)
    for pattern in PATTERNS:
        for output, found in editor.matches(pattern):
            if editor.constant(found["weight"]).shape[1] > 1:
                editor.replace(output, list(_product(editor, output, found)))
    return editor.finished()


def _product(editor: Editor, output: str, found: Found) -> Iterator[onnx.NodeProto]:
    seen, weight, zero, product = (f"{output}/{name}" for name in ("seen", "weight", "zero", "product"))
    weights = _signed(editor.constant(found["weight"]))
    editor.add(weight, weights.transpose(2, 1, 0).reshape(-1, len(weights)))
    editor.add(zero, _signed(editor.constant(found["weight_zero"])))
    yield from _seen(editor, found, seen)
    inputs = [seen, weight, found["x_scale"], found["weight_scale"], found["x_zero"], zero, found.get("bias", "")]
    yield make_node("MatMulIntegerToFloat", inputs, [product], domain="com.microsoft")
    yield make_node("Transpose", [product], [output], perm=[0, 2, 1])


def _signed(weight: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Weights or their zero point of 7 bits, 0…127, as −64…63.

    No more, so that the sum of two products fits in 16 bits: without VNNI processors cut off what does not.
    """
    if weight.max() >= 2 * MIDDLE:
        raise ValueError("weights of more than 7 bits")
    return (weight.astype(np.int16) - MIDDLE).astype(np.int8)


def _seen(editor: Editor, found: Found, seen: str) -> Iterator[onnx.NodeProto]:
    """`x [1, channels, time]` as `[1, time of the output, kernel * channels]`, padded with what stands for zero."""
    conv, (_, channels, kernel) = found["ConvInteger"], editor.constant(found["weight"]).shape
    before, after = editor.integers(conv, "pads")
    (dilation,), (stride,) = editor.integers(conv, "dilations"), editor.integers(conv, "strides")
    offsets = np.arange(kernel) * dilation
    numbers = {
        "pads": [0, before, 0, 0, after, 0],
        "start": 0,
        "reach": offsets[-1],
        "stride": stride,
        "column": [1],
        "offsets": offsets,
        "rows": [1, -1, kernel * channels],
    }
    constant = {name: editor.add(f"{seen}/{name}", np.array(value, np.int64)) for name, value in numbers.items()}
    names = ("steps", "padded", "shape", "length", "end", "range", "first", "indices", "taps")
    steps, padded, shape, length, end, starts, first, indices, taps = (f"{seen}/{name}" for name in names)
    yield make_node("Transpose", [found["x"]], [steps], perm=[0, 2, 1])
    yield make_node("Pad", [steps, constant["pads"], found["x_zero"]], [padded])
    yield make_node("Shape", [padded], [shape], start=1, end=2)
    yield make_node("Squeeze", [shape], [length])
    yield make_node("Sub", [length, constant["reach"]], [end])
    yield make_node("Range", [constant["start"], end, constant["stride"]], [starts])
    yield make_node("Unsqueeze", [starts, constant["column"]], [first])
    yield make_node("Add", [first, constant["offsets"]], [indices])
    yield make_node("Gather", [padded, indices], [taps], axis=1)
    yield make_node("Reshape", [taps, constant["rows"]], [seen])
