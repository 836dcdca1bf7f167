from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from speech.onnx import session

Build = Callable[[Sequence[onnx.NodeProto], dict[str, Any]], onnx.ModelProto]
Run = Callable[[onnx.ModelProto, NDArray[np.float32]], NDArray[np.float32]]


@pytest.fixture
def build() -> Build:
    """A model of `x [1, channels, time]` → `y`, of nodes and constants."""

    def model(nodes: Sequence[onnx.NodeProto], constants: dict[str, Any]) -> onnx.ModelProto:
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, None)
        y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
        tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(
            helper.make_graph(nodes, "tiny", [x], [y], tensors), opset_imports=opsets, ir_version=9
        )

    return model


@pytest.fixture
def run() -> Run:
    """What a model makes of an `x`."""

    def result(model: onnx.ModelProto, x: NDArray[np.float32]) -> NDArray[np.float32]:
        y: NDArray[np.float32] = session(model.SerializeToString(), 1).run(None, {"x": x})[0]
        return y

    return result
