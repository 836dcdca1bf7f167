import zipfile
from pathlib import Path

import numpy as np
import pytest

from speech.baker import Acoustic, Vocoder
from speech.baker.files import MELGAN, SOURCES
from speech.baker.graph import Graph
from speech.baker.melgan import BANDS, Convolution, convolutions, onnx_model, polyphase
from speech.baker.tflite import Model
from speech.onnx import session
from speech.utterance import Spectrum, Utterance
from tests.support.audio import same_samples


@pytest.fixture(scope="module")
def original(wheel: Path) -> bytes:
    return zipfile.ZipFile(wheel).read(SOURCES[MELGAN])


@pytest.mark.parametrize("text", ["你好。", "欢迎使用好说语音合成服务，今天想听点什么？"])
def test_the_samples_are_those_of_the_file(original: bytes, acoustic: Acoustic, vocoder: Vocoder, text: str) -> None:
    """ONNX Runtime makes of a mel spectrogram what LiteRT makes of it with the file as it was published."""
    (spectrum,) = acoustic.run([Utterance(text, "baker")])
    assert isinstance(spectrum, Spectrum)
    (expected,) = Graph(original, 1)(spectrum.mel[np.newaxis])
    assert same_samples(expected.ravel(), vocoder.waveform(spectrum.mel))


def test_every_length_is_spoken(original: bytes) -> None:
    """The same graph takes mel spectrograms of any length from ten frames, with threads or without."""
    model, random = onnx_model(original), np.random.default_rng(0)
    for threads in (1, 2):
        melgan = session(model, threads)
        for frames in (10, 11, 48):
            mel = random.normal(size=(1, frames, 80)).astype(np.float32)
            assert (frames * 300,) == melgan.run(None, {"mel": mel})[0].shape


def test_the_file_has_the_convolutions_of_the_architecture(original: bytes) -> None:
    """A first and a last convolution, three upsamplings with four residual blocks of three, and the two of the PQMF."""
    found = list(convolutions(Model(original)))
    assert 1 + 3 * (1 + 4 * 3) + 1 + 2 == len(found)
    assert all(one.bias.shape == (len(one.kernel),) for one in found[:-2])
    stuffing, filters = found[-2:]
    assert np.array_equal(BANDS * np.eye(BANDS), stuffing.kernel[:, 0])
    assert (1, 63, BANDS) == filters.kernel.shape


def test_phases_are_the_filters_over_zeros() -> None:
    """Polyphase filters give what the filters give over a signal with three zeros after each sample."""
    random = np.random.default_rng(1)
    filters = Convolution(random.normal(size=(1, 63, BANDS)).astype(np.float32), np.zeros(1, np.float32))
    bands = random.normal(size=(20, BANDS))
    stuffed = np.zeros((80, BANDS))
    stuffed[::BANDS] = BANDS * bands
    padded = np.pad(stuffed, ((31, 31), (0, 0)))
    expected = [np.sum(padded[i : i + 63] * filters.kernel[0]) for i in range(80)]
    phases = polyphase(filters).kernel
    padded = np.pad(bands, ((8, 8), (0, 0)))
    found = [np.sum(padded[i : i + 17] * phases[phase]) for i in range(20) for phase in range(BANDS)]
    assert np.allclose(expected, found, atol=1e-5)
