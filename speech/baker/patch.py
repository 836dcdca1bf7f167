"""Takes the dropouts out of `fastspeech2_quan.tflite`, which was exported with them switched on.

Two dropouts of the variance predictors draw random numbers with the TensorFlow op FlexRandomUniform, which LiteRT does
not have. Each is the graph

    x ─▶ SHAPE ─▶ FlexRandomUniform ─▶ GREATER_EQUAL ─▶ CAST ─▶ MUL ─▶ y
    x ─▶ MUL (1 / keep probability) ──────────────────────────▶ MUL

whose expected value is x itself: whoever reads y is made to read x. What is left has built-in ops only and gives the
same output for the same input.
"""

from typing import Any

from speech.baker.tflite import Model, Ops

RANDOM = b"FlexRandomUniform"


class PatchError(ValueError):
    """The model is not the one that this patch was written for."""


def without_dropout(content: bytes) -> bytes:
    """The same TFLite model with every dropout replaced by its input."""
    graph = _Graph(Model(content))
    graph.remove([operator for random in graph.randoms() for operator in graph.bypass(random)])
    return graph.model.content(len(content))


class _Graph:
    def __init__(self, model: Model) -> None:
        self.model = model
        self._producers = {int(tensor): operator for operator in model.operators for tensor in operator.outputs}

    def randoms(self) -> list[Any]:
        return [operator for operator in self.model.operators if self.model.custom(operator) == RANDOM]

    def bypass(self, random: Any) -> list[Any]:
        """Let the readers of one dropout's output read its input; the operators that are of no use then."""
        shape = self._expect(Ops.SHAPE, self._producers[int(random.inputs[0])])
        source = int(shape.inputs[0])
        keep = self._expect(Ops.GREATER_EQUAL, self._reader(random))
        mask = self._expect(Ops.CAST, self._reader(keep))
        product = self._expect(Ops.MUL, self._reader(mask))
        (factor,) = {int(tensor) for tensor in product.inputs} - {int(mask.outputs[0])}
        scaled = self._expect(Ops.MUL, self._producers[factor])
        if int(scaled.inputs[0]) != source:
            raise PatchError("a dropout scales something else than its input")
        dropped = int(product.outputs[0])
        for reader in self.model.readers(dropped):
            reader.inputs = [source if int(tensor) == dropped else int(tensor) for tensor in reader.inputs]
        return [shape, random, keep, mask, product, scaled]

    def remove(self, dead: list[Any]) -> None:
        gone = {id(operator) for operator in dead}
        outputs = [int(tensor) for operator in dead for tensor in operator.outputs]
        read = {id(reader) for tensor in outputs for reader in self.model.readers(tensor)}
        if read - gone:
            raise PatchError("a dropout's inner value is used elsewhere")
        self.model.remove(dead)

    def _expect(self, builtin: int, operator: Any) -> Any:
        found = self.model.builtin(operator)
        if found != builtin:
            raise PatchError(f"expected operator {builtin}, found {found}")
        return operator

    def _reader(self, operator: Any) -> Any:
        (reader,) = self.model.readers(int(operator.outputs[0]))
        return reader
