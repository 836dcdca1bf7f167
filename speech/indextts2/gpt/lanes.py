"""The memory of a decoding."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from speech.indextts2.gpt.model import Gpt

FAKE_PROMPT = 1
"""Upstream gives Hugging Face this code for each row of the prefix, and so the repetition penalty counts it as seen."""


def slot_bytes(gpt: Gpt) -> int:
    """What a slot takes: a key and a value in every layer, and the state of its code."""
    size: int = gpt.mel_head.weight.element_size()
    return (2 * gpt.config.layers + 1) * gpt.config.model_dim * size


class Memory:
    """Keys, values and states of `area` slots, which lanes of any number and length share."""

    def __init__(self, gpt: Gpt, area: int) -> None:
        size, weight = area * gpt.config.model_dim, gpt.mel_head.weight
        self.cache = [weight.new_empty(2 * size) for _ in range(gpt.config.layers)]
        self.hidden = weight.new_empty(size)


class Lanes:
    """What a step reads and writes, at addresses that stay; lane i of every tensor is one hypothesis.

    All lanes are in step: their prefixes are padded on the left so that they end at the same slot of the cache.
    """

    def __init__(self, gpt: Gpt, memory: Memory, lanes: int, slots: int) -> None:
        config, device = gpt.config, gpt.mel_head.weight.device
        self.lanes, self.slots = lanes, slots
        shape = (2, lanes, config.heads, slots, config.model_dim // config.heads)
        self.cache = [layer[: math.prod(shape)].view(shape) for layer in memory.cache]
        self.hidden = memory.hidden[: lanes * slots * config.model_dim].view(lanes, slots, config.model_dim)
        self.codes = torch.zeros(lanes, slots, dtype=torch.int64, device=device)
        self.seen = torch.zeros(lanes, config.number_mel_codes, dtype=torch.bool, device=device)
        self.first = torch.zeros(lanes, dtype=torch.int64, device=device)  # the slots before are padding
        self.origin = torch.zeros(1, dtype=torch.int64, device=device)  # the slot of the start token
        self.count = torch.zeros(1, dtype=torch.int64, device=device)  # of codes chosen so far
        self._start, self._start_token = gpt.start(), config.start_mel_token

    def begin(self, prefixes: Sequence[Tensor]) -> Tensor:
        """Set up a lane per prefix `[P, D]`; their rows and the start token's, padded, `[B, max P + 1, D]`."""
        lengths, origin = [len(prefix) for prefix in prefixes], max(map(len, prefixes))
        rows = self._start.new_zeros(len(prefixes), origin + 1, len(self._start))
        for row, prefix in zip(rows, prefixes, strict=True):
            row[origin - len(prefix) : origin] = prefix
        rows[:, origin] = self._start
        for layer in self.cache:
            layer[:, : len(prefixes)] = 0  # a masked slot must not hold a NaN of former times
        self.first[: len(prefixes)] = torch.tensor([origin - length for length in lengths])
        self.seen.zero_()
        self.seen[:, [FAKE_PROMPT, self._start_token]] = True
        self.origin.fill_(origin)
        self.count.zero_()
        return rows

    def view(self, lanes: int, slots: int) -> list[Tensor]:
        """The first lanes and slots of the cache."""
        return [layer[:, :lanes, :, :slots] for layer in self.cache]

    def mask(self, lanes: int, slots: int, positions: Tensor) -> Tensor:
        """Where rows at the slots `positions [T]` may look, `[lanes, 1, T, slots]`.

        Padding looks at itself only, so that a softmax over nothing makes no NaN.
        """
        slot = torch.arange(slots, device=positions.device)
        before, own = slot <= positions[:, None], slot == positions[:, None]
        held = slot >= self.first[:lanes, None]
        return (before & (held[:, None] | own))[:, None]

    def reorder(self, order: Tensor, slots: int) -> None:
        """Lane i goes on from where lane `order[i]` is; what was recorded stays where it is."""
        count = len(order)
        for layer in self.cache:
            layer[:, :count, :, :slots] = layer[:, order, :, :slots]
        self.seen[:count] = self.seen[order]

    def move(self, source: int, target: int) -> None:
        """Lane `target` becomes what lane `source` is."""
        for layer in self.cache:
            layer[:, target] = layer[:, source]
        for tensor in (self.seen, self.hidden, self.codes, self.first):
            tensor[target] = tensor[source]
