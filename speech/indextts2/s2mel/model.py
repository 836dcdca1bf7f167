"""The second stage's modules under the names of the official `s2mel.pth`."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from speech.indextts2 import configuration
from speech.indextts2.s2mel.dit import Estimator
from speech.indextts2.s2mel.regulator import LengthRegulator

UNUSED = (
    "cfm.estimator.input_pos",
    "cfm.estimator.t_embedder*.freqs",  # computed, so that half precision does not round them
    "cfm.estimator.x_embedder.*",
    "cfm.estimator.cond_embedder.*",
    "cfm.estimator.content_mask_embedder.*",
    "cfm.estimator.transformer.layers.*.skip_in_linear.*",  # of the layers that receive no skip
    "length_regulator.embedding.*",
    "length_regulator.mask_token",
)
"""Patterns of official keys that inference has no use for: for `checkpoint.load`'s `ignore`."""

MIDDLE = (256, 128)
"""Widths inside `gpt_layer`: upstream has them in its code, not in `config.yaml`."""


class Cfm(nn.Module):
    def __init__(self, config: configuration.S2Mel) -> None:
        super().__init__()
        self.estimator = Estimator(config)


class S2Mel(nn.Module):
    """What lies between the GPT's codes and the mel: the keys are those below `net` in `s2mel.pth`."""

    def __init__(self, config: configuration.S2Mel, gpt_dim: int) -> None:
        super().__init__()
        self.cfm = Cfm(config)
        self.length_regulator = LengthRegulator(config.length_regulator)
        widths = (gpt_dim, *MIDDLE, config.length_regulator.in_channels)
        self.gpt_layer = nn.Sequential(*(nn.Linear(*pair) for pair in pairwise(widths)))

    def content(self, codes_embedding: Tensor, hidden: Tensor) -> Tensor:
        """Semantic features `[N, F]` of N codes: their embedding `[N, F]` and what the GPT's states `[N, D]` add."""
        added: Tensor = self.gpt_layer(hidden.to(self._dtype))
        return codes_embedding.to(self._dtype) + added

    def regulate(self, features: Tensor, frames: int) -> Tensor:
        """The condition `[frames, C]` of semantic features `[N, F]`, one row at a time."""
        condition: Tensor = self.length_regulator(features.to(self._dtype), frames)
        return condition

    @property
    def _dtype(self) -> torch.dtype:
        return next(self.parameters()).dtype
