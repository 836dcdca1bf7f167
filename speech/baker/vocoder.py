"""Mel spectrograms to sound with Multi-band MelGAN (Yang et al., 2020, arXiv:2005.05106)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from speech.baker.files import FILES, MELGAN
from speech.baker.settings import Settings
from speech.finishing import finished
from speech.onnx import session
from speech.utterance import Spectrum, Spoken

SAMPLE_RATE = 24000
N_MELS = 80
HOP = 300
"""Samples a frame."""

PIECE = 480
"""Frames a run at most, of 12.5 ms: in longer runs a frame takes longer, since they outgrow the processor's caches."""

CONTEXT = 21
"""Frames that MelGAN sees to either side: with them a piece sounds exactly as it does in the whole.

The first convolution sees 3 frames; the dilations see 1 + 3 + 9 + 27 = 40 steps at each of three rates, of 3, 15 and 75
steps a frame; the upsamplings, the last convolution and the synthesis filters see one frame and a half.
"""


class Vocoder:
    """One spectrum at a time: on a CPU a batch is no faster."""

    def __init__(self, settings: Settings) -> None:
        self._melgan = session(FILES.read(settings.folder, MELGAN), settings.threads)

    def run(self, spectra: Sequence[Spectrum]) -> Iterator[Spoken]:
        """24 kHz, with a short fixed silence before and after the speech."""
        for spectrum in spectra:
            yield finished(self.waveform(spectrum.mel), spectrum, SAMPLE_RATE)

    def waveform(self, mel: NDArray[np.float32], piece: int = PIECE) -> NDArray[np.float32]:
        """What MelGAN makes of a mel spectrogram `[frames, 80]`: `frames * 300` samples."""
        pieces = -(-len(mel) // piece)
        edges = [len(mel) * i // pieces for i in range(pieces + 1)]
        return np.concatenate([self._piece(mel, *both) for both in pairwise(edges)])

    def _piece(self, mel: NDArray[np.float32], start: int, end: int) -> NDArray[np.float32]:
        first = max(0, start - CONTEXT)
        (waveform,) = self._melgan.run(None, {"mel": mel[np.newaxis, first : end + CONTEXT]})
        samples: NDArray[np.float32] = waveform[(start - first) * HOP : (end - first) * HOP]
        return samples
