"""torchaudio's default resampler, which made the 16 kHz that the speaker models were trained with.

A windowed sinc (Smith, "Digital audio resampling", https://ccrma.stanford.edu/~jos/resample/): six zero crossings on
each side under a Hann window, its cut-off at 0.99 of the lower Nyquist frequency. It lets more through just above the
cut-off than soxr does, and the models have learnt so.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import conv1d, pad

WIDTH = 6
ROLLOFF = 0.99


def resample(samples: Tensor, old: int, new: int) -> Tensor:
    """Samples `[n]` at `old` Hz as float32 `[ceil(n · new / old)]` at `new` Hz."""
    divisor = math.gcd(old, new)
    old, new = old // divisor, new // divisor
    if old == new:
        return samples.float()
    kernel, reach = _kernel(old, new)
    padded = pad(samples.float()[None, None], (reach, reach + old))
    phases = conv1d(padded, kernel.to(samples.device), stride=old)[0]
    return phases.T.reshape(-1)[: math.ceil(len(samples) * new / old)]


def _kernel(old: int, new: int) -> tuple[Tensor, int]:
    """A filter for each of the `new` phases, `[new, 1, 2 · reach + old]`, and how far it reaches."""
    cutoff = min(old, new) * ROLLOFF
    reach = math.ceil(WIDTH * old / cutoff)
    inputs = torch.arange(-reach, reach + old, dtype=torch.float64) / old
    outputs = torch.arange(0, -new, -1, dtype=torch.float64) / new
    time = ((outputs[:, None] + inputs[None]) * cutoff).clamp(-WIDTH, WIDTH)
    window = torch.cos(time * math.pi / WIDTH / 2) ** 2
    return (torch.sinc(time) * window * (cutoff / old)).float()[:, None], reach
