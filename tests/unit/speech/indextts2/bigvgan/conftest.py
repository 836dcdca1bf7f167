import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from speech.indextts2.bigvgan import BigVgan, BigVganConfig
from speech.indextts2.configuration import parse

OFFICIAL = {
    "num_mels": 80,
    "sampling_rate": 22050,
    "upsample_rates": [4, 4, 2, 2, 2, 2],
    "upsample_kernel_sizes": [8, 8, 4, 4, 4, 4],
    "upsample_initial_channel": 1536,
    "resblock": "1",
    "resblock_kernel_sizes": [3, 7, 11],
    "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
    "activation": "snakebeta",
    "snake_logscale": True,
    "use_tanh_at_final": False,
    "use_bias_at_final": False,
    "segment_size": 65536,
}
"""nvidia/bigvgan_v2_22khz_80band_256x's config.json, with one of the keys that are of no concern to us."""


def fill(model: BigVgan, gain: float) -> BigVgan:
    """Random weights that depend on nothing but this function; at gain 0.6 convolutions matter to their full reach."""
    generator = torch.Generator().manual_seed(0)
    for key, tensor in sorted(model.state_dict().items()):
        if key.endswith("filter"):
            continue
        scale = gain / math.sqrt(tensor[0].numel()) if tensor.dim() > 1 else 0.1
        tensor.copy_(torch.randn(tensor.shape, generator=generator) * scale)
    return model.eval().requires_grad_(requires_grad=False)


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def official() -> dict[str, Any]:
    return OFFICIAL


@pytest.fixture(scope="session")
def model() -> BigVgan:
    """The official generator, a 24th as wide."""
    return fill(BigVgan(parse(BigVganConfig, {**OFFICIAL, "upsample_initial_channel": 64})), 0.6)


@pytest.fixture(scope="session")
def quick() -> BigVgan:
    """Half of its stages: each sample depends on nearly as many frames, for an eighth of the work."""
    stages = {"upsample_rates": [4, 4, 2], "upsample_kernel_sizes": [8, 8, 4], "upsample_initial_channel": 64}
    model = fill(BigVgan(parse(BigVganConfig, {**OFFICIAL, **stages})), 0.6)
    model.conv_post.weight *= 0.3  # nothing is cut off: what differs shows
    return model


@pytest.fixture(scope="session")
def mel() -> Callable[..., Tensor]:
    def make(frames: int, seed: int = 0) -> Tensor:
        return torch.randn(frames, 80, generator=torch.Generator().manual_seed(seed)) * 2 - 5

    return make
