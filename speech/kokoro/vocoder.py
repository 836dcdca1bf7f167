"""Kokoro's decoder: iSTFTNet (Kaneko et al., 2022, arXiv:2203.02395) with the phonemes' features, F0 and energy."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from speech.finishing import finished
from speech.kokoro.files import FILES, VOCODER
from speech.kokoro.settings import Settings
from speech.onnx import session
from speech.utterance import Spectrum, Spoken

SAMPLE_RATE = 24000
ASR, F0, ENERGY = slice(512), slice(512, 514), slice(514, 516)
"""Columns of the features."""

N_FEATURES = 516
N_STYLE = 128

LEVEL = 0.1
"""Mean level of what is loud. The voices' own levels are from 0.07 to 0.17, and some have peaks beyond full scale."""

LOUD = 0.1
"""Of the loudest frame's level."""

FRAME = 480
"""Samples: 20 ms."""


class Vocoder:
    """One spectrum at a time, and never in pieces: the decoder normalises over the whole of it."""

    def __init__(self, settings: Settings) -> None:
        self._decoder = session(FILES.read(settings.folder, VOCODER), settings.threads)

    def run(self, spectra: Sequence[Spectrum]) -> Iterator[Spoken]:
        """24 kHz, with a short fixed silence before and after the speech."""
        for spectrum in spectra:
            yield finished(levelled(self.waveform(spectrum)), spectrum, SAMPLE_RATE)

    def waveform(self, spectrum: Spectrum) -> NDArray[np.float32]:
        """What the decoder makes of features `[frames, 516]` and a style `[128]`: `frames * 600` samples."""
        if spectrum.style is None:
            raise ValueError("a spectrum of another engine: it has no style")
        mel = spectrum.mel
        inputs = {"asr": mel[:, ASR].T[np.newaxis], "f0": mel[:, F0].reshape(1, -1)}
        inputs |= {"energy": mel[:, ENERGY].reshape(1, -1), "timbre": spectrum.style[np.newaxis]}
        waveform: NDArray[np.float32] = self._decoder.run(None, inputs)[0]
        return waveform


def levelled(waveform: NDArray[np.float32]) -> NDArray[np.float32]:
    """As loud as every other."""
    frames = waveform[: len(waveform) // FRAME * FRAME].reshape(-1, FRAME)
    levels = np.sqrt(np.mean(frames**2, axis=1))
    loud = levels[levels > LOUD * levels.max(initial=0.0)]
    return waveform * np.float32(LEVEL / loud.mean()) if len(loud) else waveform
