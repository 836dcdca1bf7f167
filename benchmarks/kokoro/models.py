"""The same speech from the published graph and from ours."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from speech.kokoro.files import ACOUSTIC, DURATIONS, FILES, STYLES, VOCABULARY, VOCODER, whole_graph
from speech.kokoro.script import FrontEnd
from speech.kokoro.symbols import Symbols, symbols_of
from speech.kokoro.voices import MANNER, TIMBRE, Styles
from speech.onnx import session

Inputs = dict[str, NDArray[Any]]
"""`tokens [1, symbols]` and `style [1, 256]`."""

Speak = Callable[[Inputs], NDArray[np.float32]]
"""Samples at 24 kHz."""


class Texts:
    """What both models take."""

    def __init__(self, folder: Path) -> None:
        self._front_end = FrontEnd(folder)
        self._symbols = Symbols(FILES.read(folder, VOCABULARY))
        self._styles = Styles(FILES.read(folder, STYLES))

    def inputs(self, text: str, voice: str) -> Inputs:
        symbols = symbols_of(self._front_end.read(text))
        return {"tokens": self._symbols.tokens(symbols), "style": self._styles.style(voice, len(symbols))[np.newaxis]}


def published(packages: Path, threads: int) -> Speak:
    """The graph as it is in the packages, in a session as its users make it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    model = onnxruntime.InferenceSession(whole_graph(packages), options, providers=["CPUExecutionProvider"])
    speed = np.ones(1, np.float32)

    def speak(inputs: Inputs) -> NDArray[np.float32]:
        samples: NDArray[np.float32] = model.run(None, inputs | {"speed": speed})[0]
        return samples

    return speak


def ours(folder: Path, threads: int) -> Speak:
    """The files that `speech.kokoro` wrote; durations are rounded here as the published graph does it."""
    durations, acoustic, vocoder = (
        session(FILES.read(folder, name), threads) for name in (DURATIONS, ACOUSTIC, VOCODER)
    )

    def speak(inputs: Inputs) -> NDArray[np.float32]:
        known = {"tokens": inputs["tokens"], "manner": inputs["style"][:, MANNER]}
        lengths, hidden = durations.run(None, known)
        frames = np.maximum(np.rint(lengths[0]), 1).astype(np.int64)
        found = acoustic.run(None, known | {"hidden": hidden, "durations": frames})
        heard = dict(zip(("asr", "f0", "energy"), found, strict=True)) | {"timbre": inputs["style"][:, TIMBRE]}
        samples: NDArray[np.float32] = vocoder.run(None, heard)[0]
        return samples

    return speak
