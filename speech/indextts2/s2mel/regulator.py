"""Semantic features at their own pace to mel frames at the pace asked for."""

import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn

from speech.indextts2 import configuration

FRAMES_PER_CODE = 1.72
"""Mel frames that one semantic code lasts at speed 1.0: 86.13 frames a second for 50 codes, as upstream rounds it."""


def mel_frames(codes: int, speed: float = 1.0) -> int:
    """Mel frames for so many codes: half as many at speed 2.0; never none."""
    return max(1, int(codes * FRAMES_PER_CODE / speed))


class LengthRegulator(nn.Module):
    """Nearest-neighbour stretching, then convolutions that smooth it (from Seed-VC, Liu, 2024, arXiv:2411.09943).

    One row at a time: its group norms average over time, so that padding would change every frame.
    """

    def __init__(self, config: configuration.LengthRegulator) -> None:
        super().__init__()
        channels = config.channels
        self.content_in_proj = nn.Linear(config.in_channels, channels)
        layers: list[nn.Module] = []
        for _ in config.sampling_ratios:
            layers += [nn.Conv1d(channels, channels, 3, padding=1), nn.GroupNorm(1, channels), nn.Mish()]
        self.model = nn.Sequential(*layers, nn.Conv1d(channels, channels, 1))

    def forward(self, features: Tensor, frames: int) -> Tensor:
        """Features `[N, in_channels]` as a condition `[frames, channels]`."""
        content: Tensor = self.content_in_proj(features)
        stretched = F.interpolate(content.T[None], size=frames, mode="nearest")
        smooth: Tensor = self.model(stretched)
        return smooth[0].T
