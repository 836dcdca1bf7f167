"""Reads and writes the graph of a TFLite file, by LiteRT's own schema."""

from collections.abc import Iterator
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

Ops = schema.BuiltinOperator


class Model:
    """The operators of a file's only graph."""

    def __init__(self, content: bytes) -> None:
        self._model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(bytearray(content), 0))
        self._subgraph = self._model.subgraphs[0]

    @property
    def operators(self) -> list[Any]:
        operators: list[Any] = self._subgraph.operators
        return operators

    def remove(self, operators: list[Any]) -> None:
        gone = {id(operator) for operator in operators}
        self._subgraph.operators = [operator for operator in self.operators if id(operator) not in gone]

    def builtin(self, operator: Any) -> int:
        code = self._code(operator)
        return int(max(code.builtinCode, code.deprecatedBuiltinCode))  # small codes stand in the old field

    def custom(self, operator: Any) -> bytes | None:
        name: bytes | None = self._code(operator).customCode
        return name

    def readers(self, tensor: int) -> Iterator[Any]:
        """The operators that take a tensor."""
        return (operator for operator in self.operators if tensor in map(int, operator.inputs))

    def constant(self, tensor: int) -> NDArray[np.float32] | None:
        """What a tensor of floats always is; None if it is computed."""
        found = self._subgraph.tensors[tensor]
        data = self._model.buffers[found.buffer].data
        return None if data is None or not len(data) else np.frombuffer(bytes(data), np.float32).reshape(found.shape)

    def content(self, size: int) -> bytes:
        """The file; `size` is about its length."""
        builder = flatbuffers.Builder(size)
        builder.Finish(self._model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def _code(self, operator: Any) -> Any:
        return self._model.operatorCodes[operator.opcodeIndex]
