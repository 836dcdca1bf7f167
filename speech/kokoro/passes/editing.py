"""Find parts of an ONNX graph by what they compute, and put others in their place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

Pattern = str | tuple[Any, ...]
"""A tensor by what computes it: `("Add", "x", ("Mul", "x", "gain"))` is x + x * gain for any tensors x and gain.

The first of a tuple is the operator, the others are its first inputs; those of Add and Mul may stand in either order.
"""

Found = Mapping[str, str]
"""The tensors that the names in a pattern stand for; an operator stands for the first output of such a node."""

COMMUTATIVE = {"Add", "Mul"}


class Editor:
    """A model, and what shall be in it instead."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._model = model
        self._constants = {tensor.name: tensor for tensor in model.graph.initializer}
        self._nodes = {output: node for node in model.graph.node for output in node.output}
        self._instead: dict[str, Sequence[onnx.NodeProto]] = {}

    def matches(self, pattern: Pattern) -> Iterator[tuple[str, Found]]:
        """Each tensor of the model as it was that the pattern describes, in the order of the nodes."""
        for output in self._nodes:
            if (found := self._match(output, pattern, {})) is not None:
                yield output, found

    def constant(self, name: str) -> NDArray[Any]:
        """The value of a tensor that is not computed; `KeyError` for others."""
        return numpy_helper.to_array(self._constants[name])

    def attributes(self, output: str) -> list[onnx.AttributeProto]:
        """Those of the node that computes a tensor."""
        return list(self._nodes[output].attribute)

    def integers(self, output: str, attribute: str) -> list[int]:
        """One of them."""
        (found,) = [one for one in self.attributes(output) if one.name == attribute]
        return list(found.ints)

    def add(self, name: str, value: NDArray[Any]) -> str:
        """A constant of the new model; its name."""
        self._constants[name] = numpy_helper.from_array(value, name)
        return name

    def replace(self, output: str, nodes: Sequence[onnx.NodeProto]) -> None:
        """Let these nodes, in this order, compute a tensor from now on, in the place of the one that did."""
        self._instead[output] = nodes

    def finished(self) -> onnx.ModelProto:
        """The new model, without what nothing needs any more and without the shapes of the tensors in between."""
        graph = self._model.graph
        nodes = [new for node in graph.node for new in self._instead.get(node.output[0], [node])]
        kept, needed = _needed(nodes, {output.name for output in graph.output})
        model = onnx.ModelProto(ir_version=self._model.ir_version, opset_import=self._model.opset_import)
        model.graph.name = graph.name
        model.graph.node.extend(kept)
        model.graph.initializer.extend(tensor for name, tensor in self._constants.items() if name in needed)
        model.graph.input.extend(graph.input)
        model.graph.output.extend(graph.output)
        return model

    def _match(self, name: str, pattern: Pattern, found: Found) -> Found | None:
        if isinstance(pattern, str):
            return {**found, pattern: name} if found.get(pattern, name) == name else None
        node = self._nodes.get(name)
        operator, *inputs = pattern
        if node is None or node.op_type != operator:
            return None
        orders = [node.input, node.input[::-1]] if operator in COMMUTATIVE else [node.input]
        for names in orders:
            if (more := self._match_all(names, inputs, found)) is not None:
                return {**more, operator: name}
        return None

    def _match_all(self, names: Sequence[str], patterns: Sequence[Pattern], found: Found) -> Found | None:
        for name, pattern in zip(names, patterns, strict=False):
            if (more := self._match(name, pattern, found)) is None:
                return None
            found = more
        return found


def _needed(nodes: Sequence[onnx.NodeProto], names: set[str]) -> tuple[list[onnx.NodeProto], set[str]]:
    """Of nodes in the order in which they run, those that tensors depend on; and all tensors these depend on."""
    kept = []
    for node in reversed(nodes):
        if not names.isdisjoint(node.output):
            kept.append(node)
            names = names.union(node.input)
    return kept[::-1], names
