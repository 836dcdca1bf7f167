import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from speech.indextts2 import configuration
from speech.indextts2.s2mel import MelRow, S2Mel

OFFICIAL: dict[str, Any] = {
    "preprocess_params": {
        "sr": 22050,
        "spect_params": {"n_fft": 1024, "win_length": 1024, "hop_length": 256, "n_mels": 80, "fmin": 0},
    },
    "style_encoder": {"dim": 192},
    "length_regulator": {
        "channels": 512,
        "in_channels": 1024,
        "sampling_ratios": [1, 1, 1, 1],
        "content_codebook_size": 2048,
    },
    "DiT": {
        "hidden_dim": 512,
        "num_heads": 8,
        "depth": 13,
        "in_channels": 80,
        "content_dim": 512,
        "content_codebook_size": 1024,
        "block_size": 8192,
    },
    "wavenet": {"hidden_dim": 512, "num_layers": 8, "kernel_size": 5, "dilation_rate": 1},
}
"""The official config.yaml's `s2mel`, without the keys that are of no concern to us."""

SMALL = {
    **OFFICIAL,
    "style_encoder": {"dim": 6},
    "length_regulator": {**OFFICIAL["length_regulator"], "channels": 32, "in_channels": 24},
    "DiT": {**OFFICIAL["DiT"], "hidden_dim": 48, "num_heads": 2, "depth": 5, "in_channels": 8, "content_dim": 32},
    "wavenet": {**OFFICIAL["wavenet"], "hidden_dim": 48, "num_layers": 3},
}
GPT_DIM = 20


def fill(model: nn.Module) -> None:
    """Random weights that depend on nothing but this function."""
    generator = torch.Generator().manual_seed(0)
    for _, tensor in sorted(model.state_dict().items()):
        scale = 1.5 / math.sqrt(tensor[0].numel()) if tensor.dim() > 1 else 0.3
        tensor.copy_(torch.randn(tensor.shape, generator=generator) * scale)


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def official() -> configuration.S2Mel:
    return configuration.parse(configuration.S2Mel, OFFICIAL)


def small() -> S2Mel:
    """The official layout with small dimensions, all of them different."""
    model = S2Mel(configuration.parse(configuration.S2Mel, SMALL), GPT_DIM)
    fill(model)
    return model.eval().requires_grad_(requires_grad=False)


def make_row(prompt: int, frames: int, seed: int) -> MelRow:
    """A row with its own condition, prompt and style, and `seed` for its noise."""
    generator = torch.Generator().manual_seed(1000 + seed)
    condition, prompt_condition = (torch.randn(count, 32, generator=generator) for count in (frames, prompt))
    prompt_mel = torch.randn(8, prompt, generator=generator) * 2 - 5
    return MelRow(condition, prompt_condition, prompt_mel, torch.randn(6, generator=generator), seed)


@pytest.fixture(scope="session")
def config() -> configuration.S2Mel:
    return configuration.parse(configuration.S2Mel, SMALL)


@pytest.fixture(scope="session")
def model() -> S2Mel:
    return small()


@pytest.fixture(scope="session")
def row() -> Callable[[int, int, int], MelRow]:
    return make_row
