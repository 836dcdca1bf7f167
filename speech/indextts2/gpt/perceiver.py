"""A fixed number of latent rows that look at a sequence of any length (Jaegle et al., 2021, arXiv:2103.03206)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

DEPTH = 2
HEAD = 64
"""Width of a head; like the depth it is upstream's default, which no configuration changes."""


class Attention(nn.Module):
    """Queries are the latents; keys and values are the latents and the context."""

    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(size, heads * HEAD, bias=False)
        self.to_kv = nn.Linear(size, 2 * heads * HEAD, bias=False)
        self.to_out = nn.Linear(heads * HEAD, size, bias=False)

    def forward(self, latents: Tensor, context: Tensor) -> Tensor:
        k, v = self.to_kv(torch.cat([latents, context], dim=1)).chunk(2, dim=-1)
        q, k, v = (x.reshape(*x.shape[:2], self.heads, HEAD).transpose(1, 2) for x in (self.to_q(latents), k, v))
        x = functional.scaled_dot_product_attention(q, k, v)
        out: Tensor = self.to_out(x.transpose(1, 2).flatten(2))
        return out


class Geglu(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        value, gate = x.chunk(2, dim=-1)
        out: Tensor = functional.gelu(gate) * value
        return out


class Norm(nn.Module):
    """To length √size, then scaled."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(size))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = functional.normalize(x, dim=-1) * x.shape[-1] ** 0.5 * self.gamma
        return out


class Layer(nn.ModuleList):
    """Attention and a feed-forward layer, which the checkpoint numbers 0 and 1."""

    def __init__(self, size: int, heads: int, multiple: int) -> None:
        inner = int(size * multiple * 2 / 3)
        feed = nn.Sequential(nn.Linear(size, 2 * inner), Geglu(), nn.Linear(inner, size))
        super().__init__([Attention(size, heads), feed])

    def forward(self, latents: Tensor, context: Tensor) -> Tensor:
        latents = self[0](latents, context) + latents
        out: Tensor = self[1](latents) + latents
        return out


class Perceiver(nn.Module):
    """`[B, T, context]` to `[B, latents, size]`."""

    def __init__(self, size: int, context: int, latents: int, heads: int, multiple: int) -> None:
        super().__init__()
        self.proj_context = nn.Linear(context, size) if context != size else nn.Identity()
        self.latents = nn.Parameter(torch.zeros(latents, size))
        self.layers = nn.ModuleList(Layer(size, heads, multiple) for _ in range(DEPTH))
        self.norm = Norm(size)

    def forward(self, x: Tensor) -> Tensor:
        x = self.proj_context(x)
        latents = self.latents.expand(len(x), -1, -1)
        for layer in self.layers:
            latents = layer(latents, x)
        out: Tensor = self.norm(latents)
        return out
