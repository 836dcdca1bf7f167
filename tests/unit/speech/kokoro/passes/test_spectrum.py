from typing import Any

import numpy as np
import onnx
import pytest
from onnx.helper import make_node

from speech.kokoro.passes.spectrum import as_convolutions

LENGTH = 20
WINDOW = np.hanning(LENGTH + 1)[:-1].astype(np.float32)


def _model(build: Any, part: int) -> onnx.ModelProto:
    nodes = [
        make_node("STFT", ["x", "step", "window", "length"], ["spectrum"], onesided=1),
        make_node("Transpose", ["spectrum"], ["turned"], perm=[0, 2, 1, 3]),
        make_node("Gather", ["turned", "part"], ["y"], axis=3),
    ]
    constants = {"step": np.array(5), "window": WINDOW, "length": np.array(LENGTH), "part": np.array(part)}
    model: onnx.ModelProto = build(nodes, constants)
    return model


@pytest.mark.parametrize("part", [0, 1])
def test_the_transform_is_the_same(build: Any, run: Any, part: int) -> None:
    """Real and imaginary parts of every frame are those of onnxruntime's transform."""
    model = _model(build, part)
    model.graph.input[0].CopyFrom(onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["n", "time"]))
    x = np.random.default_rng(0).normal(size=(1, 103)).astype(np.float32)
    np.testing.assert_allclose(run(as_convolutions(model), x), run(model, x), atol=1e-4)


def test_silence_has_an_angle(build: Any, run: Any) -> None:
    """No real part is 0, by which the graph divides; the first and last imaginary parts have a sign."""
    silence = np.zeros((1, 60), np.float32)
    real, imaginary = (run(as_convolutions(_model(build, part)), silence) for part in (0, 1))
    assert (real > 0).all()
    assert (imaginary[:, 0] > 0).all()
    assert (imaginary[:, -1] < 0).all()
