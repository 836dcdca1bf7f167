from typing import Any

import numpy as np
import onnx
import pytest
from onnx.helper import make_node

from speech.kokoro.passes.convolutions import as_products


def _nodes(*, pads: list[int], dilation: int, stride: int, bias: bool) -> list[onnx.NodeProto]:
    conv: dict[str, Any] = {"pads": pads, "dilations": [dilation], "strides": [stride]}
    integers = [
        make_node("DynamicQuantizeLinear", ["x"], ["q", "x_scale", "x_zero"]),
        make_node("ConvInteger", ["q", "weight", "x_zero", "zero"], ["sum"], **conv),
        make_node("Mul", ["x_scale", "weight_scale"], ["scale"]),
    ]
    rounded = [
        make_node("Div", ["bias", "scale"], ["steps"]),
        make_node("Floor", ["steps"], ["whole"]),
        make_node("Cast", ["whole"], ["integer"], to=onnx.TensorProto.INT32),
        make_node("Reshape", ["integer", "column"], ["added"]),
        make_node("Add", ["sum", "added"], ["biased"]),
    ]
    scaled = [
        make_node("Cast", ["biased" if bias else "sum"], ["float"], to=onnx.TensorProto.FLOAT),
        make_node("Mul", ["float", "scale"], ["y"]),
    ]
    return integers + rounded * bias + scaled


def _constants(kernel: int, *, channels: int = 6, largest: int = 127) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    weight = rng.integers(0, largest + 1, (4, channels, kernel), np.uint8)
    weight[0] = largest
    return {
        "weight": weight,
        "zero": np.uint8(38),
        "weight_scale": np.float32(0.01),
        "bias": rng.normal(size=4).astype(np.float32),
        "column": np.array([1, -1, 1]),
    }


@pytest.mark.parametrize(
    ("kernel", "shape"),
    [
        (1, {"pads": [0, 0], "dilation": 1, "stride": 1, "bias": True}),
        (7, {"pads": [9, 9], "dilation": 3, "stride": 1, "bias": True}),
        (12, {"pads": [3, 3], "dilation": 1, "stride": 6, "bias": False}),
    ],
)
@pytest.mark.parametrize("time", [24, 37])
def test_a_convolution_is_the_same_as_a_product(build: Any, run: Any, kernel: int, shape: Any, time: int) -> None:
    """The sums are the same integers, also of the largest numbers; a bias differs by less than a step of the scale."""
    model = build(_nodes(**shape), _constants(kernel))
    x = np.random.default_rng(1).normal(size=(1, 6, time)).astype(np.float32)
    x[..., :12] = 4
    changed = as_products(model)
    kinds = [node.op_type for node in changed.graph.node]
    assert "MatMulIntegerToFloat" in kinds
    assert "ConvInteger" not in kinds
    expected, actual = run(model, x), run(changed, x)
    assert expected.shape == actual.shape
    step = 0.01 * (max(x.max(), 0) - min(x.min(), 0)) / 255
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=step if shape["bias"] else 1e-5)


def test_one_channel_is_left_alone(build: Any) -> None:
    """A convolution of one channel stays what it is."""
    shape: Any = {"pads": [1, 1], "dilation": 1, "stride": 1, "bias": True}
    changed = as_products(build(_nodes(**shape), _constants(3, channels=1)))
    assert "ConvInteger" in [node.op_type for node in changed.graph.node]


def test_eight_bits_are_refused(build: Any) -> None:
    """Weights whose products some processors would cut off are an error and no worse sound."""
    shape: Any = {"pads": [1, 1], "dilation": 1, "stride": 1, "bias": True}
    with pytest.raises(ValueError, match="7 bits"):
        as_products(build(_nodes(**shape), _constants(3, largest=128)))
