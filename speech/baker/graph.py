"""A TFLite graph whose inputs change their length from call to call."""

from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray


class Graph:
    """Not safe to share between threads."""

    def __init__(self, content: bytes, threads: int) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=threads)
        self._inputs = [tensor["index"] for tensor in self._interpreter.get_input_details()]
        self._outputs = [tensor["index"] for tensor in self._interpreter.get_output_details()]

    def __call__(self, *inputs: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Every output for these inputs, in the order of the model's signature."""
        for index, value in zip(self._inputs, inputs, strict=True):
            self._interpreter.resize_tensor_input(index, value.shape)
        self._interpreter.allocate_tensors()
        for index, value in zip(self._inputs, inputs, strict=True):
            self._interpreter.set_tensor(index, value)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]
