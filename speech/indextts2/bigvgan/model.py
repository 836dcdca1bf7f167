"""BigVGAN v2 (Lee et al., 2023, arXiv:2206.04658) under the names of the official `bigvgan_generator.pt`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from speech.indextts2.bigvgan.activation import Activation
from speech.indextts2.configuration import ConfigurationError

EDGE_KERNEL = 7
"""Of the first and the last convolution."""


@dataclass(frozen=True)
class BigVganConfig:
    """What `bigvgan/config.json` says of the generator."""

    num_mels: int
    upsample_rates: Sequence[int]
    upsample_kernel_sizes: Sequence[int]
    upsample_initial_channel: int
    resblock_kernel_sizes: Sequence[int]
    resblock_dilation_sizes: Sequence[Sequence[int]]
    resblock: str
    activation: str
    snake_logscale: bool
    sampling_rate: int
    use_tanh_at_final: bool = True
    use_bias_at_final: bool = True

    def __post_init__(self) -> None:
        kind = (self.resblock, self.activation, self.snake_logscale)
        if kind != ("1", "snakebeta", True):
            raise ConfigurationError(f"bigvgan/config.json: 不支持 (not supported): {kind}")

    @property
    def hop(self) -> int:
        """Samples a frame."""
        return math.prod(self.upsample_rates)

    @property
    def reach(self) -> int:
        """Frames on either side that have a part in a sample, by the convolutions alone.

        The filters of the activations reach further, but their outermost taps multiply to less than rounding:
        measured with weights so large that the waveform overflows, 24 frames were enough (20 were not).
        """
        kernels = zip(self.resblock_kernel_sizes, self.resblock_dilation_sizes, strict=True)
        block = max((kernel // 2) * (sum(dilations) + len(dilations)) for kernel, dilations in kernels)
        rate, frames = 1, float(EDGE_KERNEL // 2)
        for up, kernel in zip(self.upsample_rates, self.upsample_kernel_sizes, strict=True):
            frames += kernel / 2 / up / rate
            rate *= up
            frames += block / rate
        return math.ceil(frames + (EDGE_KERNEL // 2) / rate)


class ResBlock(nn.Module):
    """Pairs of convolutions, the first of each pair dilated, around what they add to."""

    def __init__(self, channels: int, kernel: int, dilations: Sequence[int]) -> None:
        super().__init__()
        self.convs1 = nn.ModuleList(_conv(channels, kernel, dilation) for dilation in dilations)
        self.convs2 = nn.ModuleList(_conv(channels, kernel, 1) for _ in dilations)
        self.activations = nn.ModuleList(Activation(channels) for _ in range(2 * len(dilations)))

    def forward(self, x: Tensor) -> Tensor:
        before, between = self.activations[::2], self.activations[1::2]
        for conv1, conv2, act1, act2 in zip(self.convs1, self.convs2, before, between, strict=True):
            x = x + conv2(act2(conv1(act1(x))))
        return x


class BigVgan(nn.Module):
    def __init__(self, config: BigVganConfig) -> None:
        super().__init__()
        self.config = config
        widths = [config.upsample_initial_channel >> i for i in range(len(config.upsample_rates) + 1)]
        stages = zip(widths, widths[1:], config.upsample_rates, config.upsample_kernel_sizes, strict=False)
        blocks = list(zip(config.resblock_kernel_sizes, config.resblock_dilation_sizes, strict=True))
        self.conv_pre = nn.Conv1d(config.num_mels, widths[0], EDGE_KERNEL, padding=EDGE_KERNEL // 2)
        self.ups = nn.ModuleList(
            nn.Sequential(nn.ConvTranspose1d(wide, narrow, kernel, rate, padding=(kernel - rate) // 2))
            for wide, narrow, rate, kernel in stages
        )
        self.resblocks = nn.ModuleList(
            ResBlock(width, kernel, dilations) for width in widths[1:] for kernel, dilations in blocks
        )
        self.activation_post = Activation(widths[-1])
        self.conv_post = nn.Conv1d(widths[-1], 1, EDGE_KERNEL, padding=EDGE_KERNEL // 2, bias=config.use_bias_at_final)

    def forward(self, mel: Tensor) -> Tensor:
        """Log mels `[B, n_mels, T]` to waveforms `[B, T * hop]`, −1…1."""
        x = self.conv_pre(mel)
        side = len(self.resblocks) // len(self.ups)
        for i, up in enumerate(self.ups):
            x = up(x)
            x = sum(block(x) for block in self.resblocks[i * side : (i + 1) * side]) / side
        x = self.conv_post(self.activation_post(x))[:, 0]
        return torch.tanh(x) if self.config.use_tanh_at_final else x.clamp(-1, 1)


def _conv(channels: int, kernel: int, dilation: int) -> nn.Conv1d:
    return nn.Conv1d(channels, channels, kernel, dilation=dilation, padding=(kernel - 1) * dilation // 2)
