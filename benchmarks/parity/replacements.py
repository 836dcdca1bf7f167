"""What of upstream's program is replaced while it speaks: whatever is random."""

from contextlib import AbstractContextManager
from functools import partial
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor

from speech.indextts2.s2mel.flow import GUIDANCE, noise


def positions(embedding: Any) -> AbstractContextManager[Any]:
    """Upstream's own, which `loading` replaces for good."""
    return patch.object(embedding, "get_fixed_embedding", partial(type(embedding).get_fixed_embedding, embedding))


def flow(  # noqa: PLR0913, PLR0917 - upstream's signature
    model: Any,
    seed: int,
    mu: Tensor,
    lengths: Tensor,
    prompt: Tensor,
    style: Tensor,
    f0: None,
    steps: int,
    inference_cfg_rate: float = GUIDANCE,
) -> Tensor:
    """`CFM.inference`, but for the noise: ours of that seed, where theirs is of the global generator."""
    start, split = torch.zeros(1, model.in_channels, mu.shape[1]), prompt.shape[2]
    start[0, :, split:] = noise(seed, mu.shape[1] - split, model.in_channels).T
    with torch.inference_mode():
        times = torch.linspace(0, 1, steps + 1)
        mel: Tensor = model.solve_euler(start, lengths, prompt, mu, style, f0, times, inference_cfg_rate)
    return mel
