"""Snake without aliasing: the wave it adds is made at twice the rate, then filtered back."""

import math

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn

RATIO = 2
TAPS = 12
CUTOFF = 0.5 / RATIO
HALF_WIDTH = 0.6 / RATIO
TINY = 1e-9


def lowpass() -> Tensor:
    """A windowed sinc `[1, 1, TAPS]` that passes the lower half of the band; its sum is 1.

    Kaiser's window, with the slope that his formula gives for the transition's width (Kaiser & Schafer, 1980).
    """
    half = TAPS // 2
    attenuation = 2.285 * (half - 1) * math.pi * 4 * HALF_WIDTH + 7.95
    beta = 0.1102 * (attenuation - 8.7)  # the formula for more than 50 dB: these are 51
    at = torch.arange(-half, half) + 0.5
    taps = torch.kaiser_window(TAPS, periodic=False, beta=beta) * torch.sinc(2 * CUTOFF * at)
    return (taps / taps.sum()).view(1, 1, TAPS)


class SnakeBeta(nn.Module):
    """x + sin²(αx) / β, with α and β per channel and kept as logarithms (BigVGAN, Lee et al., arXiv:2206.04658).

    Made in float32 whatever the type of x: in half precision the phase αx is wrong by up to 0.25 where it is large.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.zeros(channels))
        self.beta = nn.Parameter(torch.zeros(channels))
        self._known: tuple[Tensor, Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        alpha, scale = self._constants()
        wave = (x.float() * alpha).sin().square() * scale
        return x + wave.to(x.dtype)

    def _constants(self) -> tuple[Tensor, Tensor]:
        """α and 1/β, made once: the parameters of a model that only speaks do not change."""
        if self._known is None or self._known[0].device != self.alpha.device:
            beta = self.beta.float().exp()[:, None]
            self._known = self.alpha.float().exp()[:, None], 1 / (beta + TINY)
        return self._known


class Filter(nn.Module):
    """Holds the taps where the official checkpoint has them."""

    def __init__(self) -> None:
        super().__init__()
        self.filter: Tensor
        self.register_buffer("filter", lowpass())


class Upsample(Filter):
    def forward(self, x: Tensor) -> Tensor:
        """Twice as many samples; the ends are continued by the last value."""
        margin = TAPS // RATIO - 1
        edge = margin * RATIO + (TAPS - RATIO) // 2
        channels = x.shape[1]
        taps = RATIO * self.filter.expand(channels, -1, -1)
        y = F.conv_transpose1d(F.pad(x, (margin, margin), "replicate"), taps, stride=RATIO, groups=channels)
        return y[..., edge:-edge]


class Downsample(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lowpass = Filter()

    def forward(self, x: Tensor) -> Tensor:
        """Half as many samples."""
        channels = x.shape[1]
        taps = self.lowpass.filter.expand(channels, -1, -1)
        padded = F.pad(x, (TAPS // 2 - 1, TAPS // 2), "replicate")
        return F.conv1d(padded, taps, stride=RATIO, groups=channels)


class Activation(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.act = SnakeBeta(channels)
        self.upsample = Upsample()
        self.downsample = Downsample()

    def forward(self, x: Tensor) -> Tensor:
        """`x` `[B, channels, samples]` in, the same shape out."""
        out: Tensor = self.downsample(self.act(self.upsample(x)))
        return out
