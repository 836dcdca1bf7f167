"""Mel spectrograms to sound with BigVGAN v2 (Lee et al., 2023, arXiv:2206.04658), many at once."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from speech.indextts2 import parts
from speech.indextts2.bigvgan import vocode, warm_up
from speech.indextts2.settings import Settings
from speech.resampling import pitched
from speech.silence import trim
from speech.utterance import Spectrum, Spoken


class Vocoder:
    """Every waveform is the same in any batch, up to the rounding of matrix products."""

    def __init__(self, settings: Settings) -> None:
        torch.set_num_threads(settings.threads)
        torch.set_float32_matmul_precision("high")
        self._device = settings.torch_device
        self._bigvgan = parts.bigvgan(settings.folder, settings.dtype("vocoder"), self._device)
        if self._device.type == "cuda":
            warm_up(self._bigvgan)

    def run(self, spectra: Sequence[Spectrum]) -> Iterator[Spoken]:
        """22.05 kHz, without the silence around it: pauses are for whoever joins segments."""
        mels = [torch.from_numpy(spectrum.mel).to(self._device) for spectrum in spectra]
        for waveform, spectrum in zip(vocode(self._bigvgan, mels), spectra, strict=True):
            yield Spoken(self._finished(waveform, spectrum), self._bigvgan.config.sampling_rate)

    def _finished(self, waveform: torch.Tensor, spectrum: Spectrum) -> NDArray[np.float32]:
        rate = self._bigvgan.config.sampling_rate
        if not waveform.isfinite().all():
            raise FloatingPointError("too large for its precision: HAOSHUO_INDEXTTS2_VOCODER_DTYPE=float32")
        samples = trim(pitched(waveform.cpu().numpy(), spectrum.pitch, rate), rate)
        limited: NDArray[np.float32] = np.clip(samples * np.float32(spectrum.gain), -1, 1)
        return limited
