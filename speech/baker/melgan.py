"""Multi-band MelGAN (Yang et al., 2020, arXiv:2005.05106) as an ONNX graph, with the weights of a TFLite file.

The graph computes what the file does, in the forms that ONNX Runtime is fast at: everything has the four dimensions
`[1, channels, 1, steps]`, since it computes only convolutions of two dimensions in blocks of channels; a dilated
convolution is one, where the file takes the signal apart; and the synthesis filters (PQMF), which the file runs over a
signal stuffed with zeros, make each phase of the output from the samples that are there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from speech.baker.tflite import Model, Ops

Array = NDArray[np.float32]

UPSAMPLING = (3, 5, 5)
DILATIONS = (1, 3, 9, 27)
"""Of the residual blocks after each upsampling."""

SLOPE = 0.2
BANDS = 4
QUANTUM = 1 / 128
"""The file keeps its bands in 8 bits."""

OPSET, IR_VERSION = 17, 9


@dataclass(frozen=True)
class Convolution:
    """`kernel` is `[out, taps, in]`."""

    kernel: Array
    bias: Array


def onnx_model(content: bytes) -> bytes:
    """ONNX of the TFLite file `content`: `mel [1, frames, 80]` → `waveform [frames * 300]`."""
    graph, weights = _Graph(), convolutions(Model(content))
    x = graph.add("Unsqueeze", graph.add("Transpose", "mel", perm=[0, 2, 1]), graph.constant(np.array([2])))
    x = graph.convolve(graph.reflect(x, 3), next(weights))
    for stride in UPSAMPLING:
        x = graph.upsample(graph.leaky(x), next(weights), stride)
        for dilation in DILATIONS:
            x = graph.residual(x, (next(weights), next(weights), next(weights)), dilation)
    bands = graph.quantise(graph.add("Tanh", graph.convolve(graph.reflect(graph.leaky(x), 3), next(weights))))
    _, filters = weights  # the first of the two stuffs zeros
    graph.add("Reshape", graph.synthesize(bands, filters), graph.constant(np.array([-1])), output="waveform")
    return graph.model()


def convolutions(model: Model) -> Iterator[Convolution]:
    """In the order in which the file computes them."""
    for operator in model.operators:
        if model.builtin(operator) in {Ops.CONV_2D, Ops.TRANSPOSE_CONV}:
            tensors = [int(operator.inputs[1]), int(operator.inputs[2]), *_added(model, operator)]
            # Of these a transposed convolution's third input, and one of an addition's, are signals.
            kernel, *biases = [found for tensor in tensors if (found := model.constant(tensor)) is not None]
            yield Convolution(kernel.reshape(len(kernel), -1, kernel.shape[-1]), sum(biases, np.zeros(1, np.float32)))


def _added(model: Model, operator: Any) -> Iterator[int]:
    """What an addition adds to the output of an operator, where that is only put into another shape before."""
    (output,) = operator.outputs
    readers = list(model.readers(int(output)))
    if len(readers) == 1:
        (reader,) = readers
        if model.builtin(reader) == Ops.ADD:
            yield from map(int, reader.inputs)
        elif model.builtin(reader) in {Ops.SQUEEZE, Ops.BATCH_TO_SPACE_ND}:
            yield from _added(model, reader)


class _Graph:
    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """The name of the output."""
        name = output or f"{operator}{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def constant(self, value: NDArray[Any]) -> str:
        name = f"constant{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def leaky(self, x: str) -> str:
        return self.add("LeakyRelu", x, alpha=SLOPE)

    def reflect(self, x: str, steps: int) -> str:
        return self.add("Pad", x, self.constant(np.array([0, 0, 0, steps] * 2)), mode="reflect")

    def convolve(self, x: str, weights: Convolution, **attributes: Any) -> str:
        kernel = weights.kernel.transpose(0, 2, 1)[:, :, np.newaxis]
        return self.add("Conv", x, self.constant(kernel), self.constant(weights.bias), **attributes)

    def upsample(self, x: str, weights: Convolution, stride: int) -> str:
        kernel = weights.kernel.transpose(2, 0, 1)[:, :, np.newaxis]
        surplus = kernel.shape[-1] - stride  # of which TensorFlow cuts the smaller half off the beginning
        pads = [0, surplus // 2, 0, surplus - surplus // 2]
        constants = self.constant(kernel), self.constant(weights.bias)
        return self.add("ConvTranspose", x, *constants, strides=[1, stride], pads=pads)

    def residual(self, x: str, weights: Sequence[Convolution], dilation: int) -> str:
        skip, dilated, last = weights
        inner = self.convolve(self.reflect(self.leaky(x), dilation), dilated, dilations=[1, dilation])
        return self.add("Add", self.convolve(x, skip), self.convolve(self.leaky(inner), last))

    def quantise(self, x: str) -> str:
        scale = self.constant(np.array(QUANTUM, np.float32)), self.constant(np.array(0, np.int8))
        return self.add("DequantizeLinear", self.add("QuantizeLinear", x, *scale), *scale)

    def synthesize(self, bands: str, filters: Convolution) -> str:
        phases = polyphase(filters)
        half = phases.kernel.shape[1] // 2
        return self.add("Transpose", self.convolve(bands, phases, pads=[0, half, 0, half]), perm=[0, 3, 1, 2])

    def model(self) -> bytes:
        mel = helper.make_tensor_value_info("mel", TensorProto.FLOAT, [1, "frames", 80])
        waveform = helper.make_tensor_value_info("waveform", TensorProto.FLOAT, ["samples"])
        graph = helper.make_graph(self._nodes, "mb_melgan", [mel], [waveform], self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        content: bytes = model.SerializeToString(deterministic=True)
        return content


def polyphase(filters: Convolution) -> Convolution:
    """Filters `[1, taps, bands]` over bands stuffed with `bands - 1` zeros after each sample, times `bands`.

    Step by step of the bands: the output has a channel for each phase, `bands` of them.
    """
    (kernel,) = filters.kernel
    centre = len(kernel) // 2
    reach = -(-centre // BANDS)
    phases = np.zeros((BANDS, 2 * reach + 1, BANDS), np.float32)
    for phase in range(BANDS):
        for i in range(2 * reach + 1):
            tap = centre + BANDS * (i - reach) - phase
            if 0 <= tap < len(kernel):
                phases[phase, i] = BANDS * kernel[tap]
    return Convolution(phases, np.repeat(filters.bias, BANDS))
