"""GPT-2's blocks (Radford et al., 2019) over a static key-value cache."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from speech.indextts2 import configuration


class Projection(nn.Module):
    """A linear layer whose weight is `[in, out]`, as OpenAI's checkpoints have it."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(inner, outer))
        self.bias = nn.Parameter(torch.zeros(outer))

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight.t(), self.bias)


class Attention(nn.Module):
    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.c_attn = Projection(size, 3 * size)
        self.c_proj = Projection(size, size)

    def forward(self, x: Tensor, cache: Tensor, slots: Tensor, mask: Tensor) -> Tensor:
        """`x [B, T, size]`, whose keys and values go into `slots [T]` of `cache [2, B, heads, S, size / heads]`."""
        parts = self.c_attn(x).chunk(3, dim=-1)
        q, k, v = (part.reshape(*x.shape[:2], self.heads, -1).transpose(1, 2) for part in parts)
        cache[0].index_copy_(2, slots, k)
        cache[1].index_copy_(2, slots, v)
        x = functional.scaled_dot_product_attention(q, cache[0], cache[1], attn_mask=mask)
        out: Tensor = self.c_proj(x.transpose(1, 2).flatten(2))
        return out


class FeedForward(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.c_fc = Projection(size, 4 * size)
        self.c_proj = Projection(4 * size, size)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.c_proj(functional.gelu(self.c_fc(x), approximate="tanh"))
        return out


class Block(nn.Module):
    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(size)
        self.attn = Attention(size, heads)
        self.ln_2 = nn.LayerNorm(size)
        self.mlp = FeedForward(size)

    def forward(self, x: Tensor, cache: Tensor, slots: Tensor, mask: Tensor) -> Tensor:
        x = x + self.attn(self.ln_1(x), cache, slots, mask)
        out: Tensor = x + self.mlp(self.ln_2(x))
        return out


class Transformer(nn.Module):
    """Embedded rows in, states out; positions are the caller's to add."""

    def __init__(self, config: configuration.Gpt) -> None:
        super().__init__()
        self.h = nn.ModuleList(Block(config.model_dim, config.heads) for _ in range(config.layers))
        self.ln_f = nn.LayerNorm(config.model_dim)

    def forward(self, x: Tensor, cache: Sequence[Tensor], slots: Tensor, mask: Tensor) -> Tensor:
        """`x [B, T, D]` in `slots [T]` of `cache`, `[2, B, heads, S, D / heads]` a layer, to `[B, T, D]`.

        `mask [B, 1, T, S]` is true where a row may look.
        """
        for block, layer in zip(self.h, cache, strict=True):
            x = block(x, layer, slots, mask)
        out: Tensor = self.ln_f(x)
        return out
