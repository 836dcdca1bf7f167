"""The log mel spectrogram that the flow model makes and BigVGAN speaks."""

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import pad

from speech.indextts2.configuration import Preprocess

POWER_FLOOR = 1e-9
MEL_FLOOR = 1e-5

# Slaney's scale (Auditory Toolbox, 1998) is linear below 1 kHz, 15 mel there, and logarithmic above.
LINEAR_HZ = 200 / 3
KNEE_HZ = 1000.0
KNEE_MEL = KNEE_HZ / LINEAR_HZ
LOG_STEP = torch.tensor(6.4, dtype=torch.float64).log() / 27


def log_mel(samples: Tensor, config: Preprocess) -> Tensor:
    """Natural log of mel amplitudes `[n_mels, n // hop]` of `samples` `[n]` at `config.sr`, as HiFi-GAN has them."""
    spectrum = config.spect_params
    edge = (spectrum.n_fft - spectrum.hop_length) // 2
    padded = pad(samples.float()[None, None], (edge, edge), mode="reflect")[0]
    bins = torch.stft(
        padded,
        spectrum.n_fft,
        spectrum.hop_length,
        spectrum.win_length,
        torch.hann_window(spectrum.win_length, device=samples.device),
        center=False,
        return_complex=True,
    )[0]
    amplitude = torch.sqrt(bins.real.square() + bins.imag.square() + POWER_FLOOR)
    return (_filters(config).to(samples.device) @ amplitude).clamp(min=MEL_FLOOR).log()


@lru_cache(maxsize=4)
def _filters(config: Preprocess) -> Tensor:
    """Triangles in hertz, `[n_mels, n_fft / 2 + 1]`, each of the same area, evenly spaced on Slaney's scale."""
    spectrum = config.spect_params
    bins = torch.linspace(0, config.sr / 2, spectrum.n_fft // 2 + 1, dtype=torch.float64)
    ends = _mel(torch.tensor([spectrum.fmin, config.sr / 2], dtype=torch.float64))
    edges = _hertz(torch.linspace(float(ends[0]), float(ends[1]), spectrum.n_mels + 2, dtype=torch.float64))[:, None]
    low, peak, high = edges[:-2], edges[1:-1], edges[2:]
    triangles = torch.minimum((bins - low) / (peak - low), (high - bins) / (high - peak)).clamp(min=0)
    return (triangles * 2 / (high - low)).float()


def _mel(hertz: Tensor) -> Tensor:
    above = KNEE_MEL + torch.log(hertz.clamp(min=KNEE_HZ) / KNEE_HZ) / LOG_STEP
    return torch.where(hertz < KNEE_HZ, hertz / LINEAR_HZ, above)


def _hertz(mel: Tensor) -> Tensor:
    above = KNEE_HZ * torch.exp((mel - KNEE_MEL) * LOG_STEP)
    return torch.where(mel < KNEE_MEL, mel * LINEAR_HZ, above)
