"""The short-time Fourier transform of the source of excitation as convolutions."""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.helper import make_node

from speech.kokoro.passes.editing import Editor, Pattern

PART: Pattern = ("Gather", ("Transpose", ("STFT", "signal", "step", "window", "length")), "part")

TINY = 1e-30
"""Less than what any sum is rounded to, but not 0."""


def as_convolutions(model: onnx.ModelProto) -> onnx.ModelProto:
    """Let each part, real or imaginary, be a convolution of the signal with waves under the window.

    onnxruntime computes the operator for each frame by itself, which takes long for frames of 20 samples.
    The graph goes on to angles, atan(imaginary / real), and half a turn more or less where the real part is negative.
    So what should be 0 matters. With a tiny bias no real part is 0, and silence has an angle. The imaginary parts of
    the first and the last frequency are 0; their signs are here always what they mostly are, through rounding, in
    onnxruntime's transform.
    """
    editor = Editor(model)
    for output, found in editor.matches(PART):
        part, step, window = (editor.constant(found[name]) for name in ("part", "step", "window"))
        waves, bias = _waves(window, imaginary=bool(part))
        basis, offset = editor.add(f"{output}/basis", waves), editor.add(f"{output}/bias", bias)
        signal, axis = f"{output}/signal", editor.add(f"{output}/axis", np.array([1]))
        nodes = [
            make_node("Unsqueeze", [found["signal"], axis], [signal]),
            make_node("Conv", [signal, basis, offset], [output], kernel_shape=[len(window)], strides=[int(step)]),
        ]
        editor.replace(output, nodes)
    return editor.finished()


def _waves(window: NDArray[np.float32], *, imaginary: bool) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`[frequencies, 1, length]`, each times a frame is a part of its transform; and what to add, `[frequencies]`.

    The waves are rounded so that they are the same numbers on every machine.
    """
    length = len(window)
    frequencies = np.arange(length // 2 + 1)
    angles = 2 * np.pi / length * (np.outer(frequencies, np.arange(length)) % length)
    waves, bias = np.cos(angles), np.full(len(frequencies), TINY)
    if imaginary:
        waves, bias[-1] = -np.sin(angles), -TINY
        waves[[0, -1]] = 0
    return (waves.round(12) * window).astype(np.float32)[:, np.newaxis], bias.astype(np.float32)
