from typing import Any

import numpy as np
import onnx
from onnx.helper import make_node

from speech.kokoro.passes import normalization, snake

AFFINE = {"gain": np.array([[[0.5], [2.0]]], np.float32), "shift": np.array([[[1.0], [-3.0]]], np.float32)}
CONSTANTS = {**AFFINE, "axes": np.array([2]), "epsilon": np.float32(1e-5)}


def _adain(output: str) -> list[onnx.NodeProto]:
    """As the published graph has it."""
    return [
        make_node("ReduceMean", ["x", "axes"], ["mean"]),
        make_node("Sub", ["x", "mean"], ["centred"]),
        make_node("Mul", ["centred", "centred"], ["squares"]),
        make_node("ReduceMean", ["squares", "axes"], ["variance"]),
        make_node("Add", ["variance", "epsilon"], ["positive"]),
        make_node("Sqrt", ["positive"], ["deviation"]),
        make_node("Div", ["centred", "deviation"], ["normalized"]),
        make_node("Mul", ["gain", "normalized"], ["scaled"]),
        make_node("Add", ["scaled", "shift"], [output]),
    ]


def _snake() -> list[onnx.NodeProto]:
    return [
        make_node("Mul", ["alpha", "z"], ["angle"]),
        make_node("Sin", ["angle"], ["sine"]),
        make_node("Pow", ["sine", "two"], ["square"]),
        make_node("Mul", ["reciprocal", "square"], ["wave"]),
        make_node("Add", ["z", "wave"], ["y"]),
    ]


def _signal() -> Any:
    return np.random.default_rng(0).normal(3, 2, (1, 2, 500)).astype(np.float32)


def test_nine_operators_are_one(build: Any, run: Any) -> None:
    """Adaptive instance normalisation becomes one operator, with the same result."""
    model = build(_adain("y"), CONSTANTS)
    changed = normalization.fused(model)
    assert ["Reshape", "Reshape", "InstanceNormalization"] == [node.op_type for node in changed.graph.node]
    np.testing.assert_allclose(run(changed, _signal()), run(model, _signal()), rtol=1e-4, atol=1e-5)


def test_snake_is_the_same(build: Any, run: Any) -> None:
    """The activation has the same result in fewer operators, where its wave is short, long, or turned round."""
    alpha = np.array([[[1e-4], [-1.5]]], np.float32)
    model = build(
        [*_adain("z"), *_snake()], CONSTANTS | {"alpha": alpha, "reciprocal": 1 / alpha, "two": np.float32(2)}
    )
    changed = snake.scaled(normalization.fused(model))
    assert "Pow" not in [node.op_type for node in changed.graph.node]
    np.testing.assert_allclose(run(changed, _signal()), run(model, _signal()), rtol=1e-4, atol=1e-4)
