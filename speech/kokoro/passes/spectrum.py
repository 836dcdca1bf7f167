"""The short-time Fourier transform of the source of excitation as convolutions."""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.helper import make_node

from speech.kokoro.passes.editing import Editor, Pattern

PART: Pattern = ("Gather", ("Transpose", ("STFT", "signal", "step", "window", "length")), "part")

TINY = np.float32(1e-30)
"""Added to real parts: the angle of silence is then atan(0 / 1e-30) = 0, and not that of 0 / 0, which is no number."""


def as_convolutions(model: onnx.ModelProto) -> onnx.ModelProto:
    """Each part, real or imaginary, is a convolution with the window times the cosine or minus the sine."""
    editor = Editor(model)
    for output, found in editor.matches(PART):
        part, step, window = (editor.constant(found[name]) for name in ("part", "step", "window"))
        basis = _basis(window, imaginary=bool(part))
        bias = np.full(len(basis), 0 if part else TINY, np.float32)
        names = [editor.add(f"{output}/{name}", value) for name, value in (("basis", basis), ("bias", bias))]
        signal, axis = f"{output}/signal", editor.add("passes/1", np.array(1))
        nodes = [
            make_node("Unsqueeze", [found["signal"], axis], [signal]),
            make_node("Conv", [signal, *names], [output], kernel_shape=[len(window)], strides=[int(step)]),
        ]
        editor.replace(output, nodes)
    return editor.finished()


def _basis(window: NDArray[np.float32], *, imaginary: bool) -> NDArray[np.float32]:
    """`[frequencies, 1, length]`, of which the transform is the product with a frame."""
    length = len(window)
    turns = np.outer(np.arange(length // 2 + 1), np.arange(length)) / length
    waves = -np.sin(2 * np.pi * turns) if imaginary else np.cos(2 * np.pi * turns)
    return (waves * window).astype(np.float32)[:, np.newaxis]
