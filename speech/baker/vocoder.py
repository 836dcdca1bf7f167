"""Mel spectrograms to sound with Multi-band MelGAN (Yang et al., 2020, arXiv:2005.05106)."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from speech.baker.files import MELGAN, verified
from speech.baker.graph import Graph
from speech.baker.settings import Settings
from speech.resampling import pitched
from speech.silence import trim
from speech.utterance import Spectrum

SAMPLE_RATE = 24000
N_MELS = 80
HOP = 300
"""Samples a frame."""

CHUNK = 256
"""Frames a run: 3.2 s. The whole of a long mel at once takes 7 % less time and 470 MB more memory."""

CONTEXT = 32
"""Frames beyond which MelGAN does not look: with so many on either side a chunk is exactly what it is in the whole."""

PEAK = 0.98


class Vocoder:
    """One spectrum at a time: on a CPU a batch is no faster."""

    def __init__(self, settings: Settings) -> None:
        self._melgan = Graph(verified(settings.folder, MELGAN), settings.threads)

    def run(self, spectra: Sequence[Spectrum]) -> Iterator[NDArray[np.float32]]:
        """Mono, −1…1, 24 kHz, with a short fixed silence before and after the speech."""
        for spectrum in spectra:
            waveform = trim(pitched(self.waveform(spectrum.mel), spectrum.pitch, SAMPLE_RATE), SAMPLE_RATE)
            yield waveform * _gain(waveform, spectrum.gain)

    def waveform(self, mel: NDArray[np.float32], chunk: int = CHUNK) -> NDArray[np.float32]:
        """What MelGAN makes of a mel spectrogram `[frames, 80]`: `frames * 300` samples."""
        return np.concatenate([self._chunk(mel, start, start + chunk) for start in range(0, len(mel), chunk)])

    def _chunk(self, mel: NDArray[np.float32], start: int, end: int) -> NDArray[np.float32]:
        first = max(0, start - CONTEXT)
        (waveform,) = self._melgan(mel[np.newaxis, first : end + CONTEXT])
        samples: NDArray[np.float32] = waveform[0, (start - first) * HOP : (end - first) * HOP, 0]
        return samples


def _gain(waveform: NDArray[np.float32], wanted: float) -> np.float32:
    """The wanted gain, or less so that nothing is clipped."""
    loudest = np.abs(waveform).max()
    return np.float32(wanted if wanted * loudest <= PEAK else PEAK / loudest)
