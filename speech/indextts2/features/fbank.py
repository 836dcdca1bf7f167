"""Kaldi's log mel filter banks (Povey et al., "The Kaldi speech recognition toolkit", 2011)."""

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import pad

SAMPLE_RATE = 16000
N_BANDS = 80

FRAME = 400
HOP = 160
N_FFT = 512
PRE_EMPHASIS = 0.97
POVEY_POWER = 0.85
LOWEST_HZ = 20.0
FLOOR = torch.finfo(torch.float32).eps


def fbank(samples: Tensor) -> Tensor:
    """Log mel energies `[frames, 80]`, 10 ms a frame, of `samples` `[n]` at 16 kHz; only whole frames of 25 ms.

    As `torchaudio.compliance.kaldi.fbank` computes them with 80 bins and no dither. Kaldi itself takes 16-bit
    integers; upstream gives it samples between −1 and 1, and so must whoever wants the same numbers.
    """
    frames: Tensor = samples.float().unfold(0, FRAME, HOP)
    frames = frames - frames.mean(dim=1, keepdim=True)
    before = torch.cat([frames[:, :1], frames[:, :-1]], dim=1)
    frames = (frames - PRE_EMPHASIS * before) * _window().to(samples.device)
    power = torch.fft.rfft(pad(frames, (0, N_FFT - FRAME))).abs().square()
    bands: Tensor = power @ _filters().to(samples.device)
    return bands.clamp(min=FLOOR).log()


def centred(features: Tensor) -> Tensor:
    """Every band with its mean over time subtracted, so that neither loudness nor the microphone counts."""
    return features - features.mean(dim=0, keepdim=True)


@lru_cache(maxsize=1)
def _window() -> Tensor:
    return torch.hann_window(FRAME, periodic=False) ** POVEY_POWER


@lru_cache(maxsize=1)
def _filters() -> Tensor:
    """Triangles in mel, `[n_fft / 2 + 1, bands]`, of height 1, each from the peak before to the peak after its own."""
    bins = _mel(torch.arange(N_FFT // 2 + 1, dtype=torch.float64) * SAMPLE_RATE / N_FFT)[:, None]
    low, high = _mel(torch.tensor([LOWEST_HZ, SAMPLE_RATE / 2], dtype=torch.float64))
    step = (high - low) / (N_BANDS + 1)
    rising = (bins - low) / step - torch.arange(N_BANDS, dtype=torch.float64)
    return torch.minimum(rising, 2 - rising).clamp(min=0).float()


def _mel(hertz: Tensor) -> Tensor:
    return 1127 * torch.log1p(hertz / 700)
