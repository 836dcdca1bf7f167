from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from speech.kokoro import files, graphs
from speech.kokoro.script import FrontEnd
from speech.kokoro.symbols import Symbols, symbols_of
from speech.kokoro.voices import MANNER, TIMBRE, Styles
from speech.onnx import session


@pytest.fixture(scope="module")
def whole(packages: Path) -> bytes:
    return files.whole_graph(packages)


@pytest.fixture(scope="module")
def models(whole: bytes) -> dict[str, Any]:
    model = onnx.load_from_string(whole)
    cut = {one.__name__: one(model) for one in (graphs.durations, graphs.acoustic, graphs.vocoder)}
    return {name: session(content, 1) for name, content in (cut | {"whole": whole}).items()}


@pytest.mark.parametrize(
    ("voice", "speed"),
    [
        ("xiaoxiao", 1.0),
        pytest.param("yunxi", 0.5, marks=pytest.mark.full),
        pytest.param("heart", 2.0, marks=pytest.mark.full),
        pytest.param("yunyang+bella", 1.3, marks=pytest.mark.full),
    ],
)
def test_the_parts_are_the_whole(models: dict[str, Any], voice_folder: Path, voice: str, speed: float) -> None:
    """With durations rounded as the model does it, the graph cut in three gives exactly the samples of the whole."""
    symbols = symbols_of(FrontEnd(voice_folder).read("你好吗？"))
    tokens = Symbols(files.FILES.read(voice_folder, files.VOCABULARY)).tokens(symbols)
    style = Styles(files.FILES.read(voice_folder, files.STYLES)).style(voice, len(symbols))[np.newaxis]
    pace = np.array([speed], np.float32)
    (expected,) = models["whole"].run(None, {"tokens": tokens, "style": style, "speed": pace})
    inputs = {"tokens": tokens, "manner": style[:, MANNER]}
    lengths, hidden = models["durations"].run(None, inputs)
    frames = np.maximum(1, np.round(lengths[0] / pace)).astype(np.int64)
    asr, f0, energy = models["acoustic"].run(None, inputs | {"hidden": hidden, "durations": frames})
    features = {"asr": asr, "f0": f0, "energy": energy, "timbre": style[:, TIMBRE]}
    (found,) = models["vocoder"].run(None, features)
    assert (asr.shape[2] * 600,) == found.shape
    assert np.array_equal(expected, found)
