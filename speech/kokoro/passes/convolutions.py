"""Convolutions of 8-bit integers as products of matrices, whose weights onnxruntime lays out once."""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.helper import make_node

from speech.kokoro.passes.editing import Editor, Found, Pattern

SUM: Pattern = ("ConvInteger", "x", "weight", "x_zero", "weight_zero")
BIAS: Pattern = ("Reshape", ("Cast", ("Floor", ("Div", "bias", "scale"))))
SCALED: Pattern = ("Mul", "x_scale", "weight_scale")
PATTERNS: tuple[Pattern, ...] = (
    ("Mul", ("Cast", SUM), SCALED),
    ("Mul", ("Cast", ("Add", SUM, BIAS)), SCALED),
)


def as_products(model: onnx.ModelProto) -> onnx.ModelProto:
    """Every convolution of more than one channel that keeps the length, as a product with all that each output sees.

    `ConvInteger` takes unsigned weights, and lays them and its input out anew at each run. `MatMulIntegerToFloat` has
    weights `[kernel * channels, outputs]` laid out once, and signed ones, for which processors have instructions
    (VNNI, AMX); it also does what the graph does afterwards: bias and scale. The sums are the same integers.
    The bias is added as it is, and no longer rounded down to a multiple of the scale.
    """
    editor = Editor(model)
    for pattern in PATTERNS:
        for output, found in editor.matches(pattern):
            if _keeps_length(editor, found):
                editor.replace(output, _product(editor, output, found))
    return editor.finished()


def _keeps_length(editor: Editor, found: Found) -> bool:
    weight, conv = editor.constant(found["weight"]), found["ConvInteger"]
    reach = (weight.shape[2] - 1) * editor.integers(conv, "dilations")[0]
    return weight.shape[1] > 1 and editor.integers(conv, "strides") == [1] and sum(editor.integers(conv, "pads")) == reach


def _product(editor: Editor, output: str, found: Found) -> list[onnx.NodeProto]:
    weight = editor.constant(found["weight"])
    inner = f"{output}/"
    editor.add(f"{inner}weight", _signed(weight, editor.constant(found["weight_zero"])))
    editor.add(f"{inner}weight_zero", np.array(0, np.int8))
    seen = _seen(editor, output, found, weight.shape) if weight.shape[2] > 1 else []
    rows = [found["x"], inner]
    bias = [found["bias"]] if "bias" in found else []
    return [
        make_node("Transpose", [found["x"]], [f"{inner}steps"], perm=[0, 2, 1]),
        *seen,
        make_node(
            "MatMulIntegerToFloat",
            [
                f"{inner}seen" if seen else f"{inner}steps",
                f"{inner}weight",
                found["x_scale"],
                found["weight_scale"],
                found["x_zero"],
                f"{inner}weight_zero",
                *bias,
            ],
            [f"{inner}product"],
            domain="com.microsoft",
        ),
        make_node("Transpose", [f"{inner}product"], [output], perm=[0, 2, 1]),
    ]


def _signed(weight: NDArray[np.uint8], zero: NDArray[np.uint8]) -> NDArray[np.int8]:
    """`[outputs, channels, kernel]` as `[kernel * channels, outputs]`, less the zero point."""
    signed = weight.astype(np.int16) - zero
    if np.abs(signed).max() > 127:
        raise ValueError("weights of more than 8 bits")
    return np.ascontiguousarray(signed.transpose(2, 1, 0).reshape(-1, len(weight)).astype(np.int8))


def _seen(editor: Editor, output: str, found: Found, shape: tuple[int, ...]) -> list[onnx.NodeProto]:
    """`steps [1, time, channels]` as `seen [1, time, kernel * channels]`: all that each output depends on."""
    _, channels, kernel = shape
    before, after = editor.integers(found["ConvInteger"], "pads")
    (dilation,) = editor.integers(found["ConvInteger"], "dilations")
    inner = f"{output}/"
    pads = editor.add(f"{inner}pads", np.array([0, before, 0, 0, after, 0]))
    offsets = editor.add(f"{inner}offsets", np.arange(kernel)[np.newaxis] * dilation)
    zero, one = editor.add("passes/0", np.array(0)), editor.add("passes/1", np.array(1))
    shape_ = editor.add(f"{inner}shape", np.array([1, -1, kernel * channels]))
    return [
        make_node("Pad", [f"{inner}steps", pads, found["x_zero"]], [f"{inner}padded"]),
        make_node("Shape", [found["x"]], [f"{inner}lengths"], start=2, end=3),
        make_node("Squeeze", [f"{inner}lengths"], [f"{inner}length"]),
        make_node("Range", [zero, f"{inner}length", one], [f"{inner}range"]),
        make_node("Unsqueeze", [f"{inner}range", one], [f"{inner}times"]),
        make_node("Add", [f"{inner}times", offsets], [f"{inner}indices"]),
        make_node("Gather", [f"{inner}padded", f"{inner}indices"], [f"{inner}taps"], axis=1),
        make_node("Reshape", [f"{inner}taps", shape_], [f"{inner}seen"]),
    ]
