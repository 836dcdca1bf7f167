"""The estimator's transformer: rotary positions, SwiGLU, norms that time adapts, skips across the depth."""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn
from torch.func import functional_call

EPS = 1e-5
ROPE_BASE = 10000.0
FEED_FORWARD_MULTIPLE = 256


class Rotations(NamedTuple):
    """Cosine and sine `[T, 1, head_dim / 2]` of the rotary positions (Su et al., 2021, arXiv:2104.09864)."""

    cos: Tensor
    sin: Tensor


def rotations(frames: int, head_dim: int, device: torch.device) -> Rotations:
    """In float32 whatever the weights are: in half precision, frames beyond the first few hundred would blur."""
    speeds = ROPE_BASE ** (-torch.arange(0, head_dim, 2, device=device).float() / head_dim)
    angles = torch.outer(torch.arange(frames, device=device).float(), speeds)[:, None]
    return Rotations(angles.cos(), angles.sin())


def in_float(module: nn.Module, x: Tensor) -> Tensor:
    """What a module makes of `x`, computed in float32 whatever the type of its weights."""
    weights = {name: weight.float() for name, weight in module.named_parameters()}
    out: Tensor = functional_call(module, weights, (x.float(),))
    return out


class AdaptiveNorm(nn.Module):
    """Root mean square norm whose scale and shift depend on time."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project_layer = nn.Linear(width, 2 * width)
        self.norm = nn.RMSNorm(width, EPS)

    def moments(self, time: Tensor) -> Tensor:
        """Scale and shift `[S, 2, width]` at each of S times `[S, width]`."""
        scale, shift = in_float(self.project_layer, time).chunk(2, dim=-1)
        return torch.stack([scale * self.norm.weight.float(), shift], dim=1)


def modulated(x: Tensor, moment: Tensor) -> Tensor:
    """`x` `[B, T, width]`, normed, by a moment `[2, width]`."""
    return F.rms_norm(x, x.shape[-1:], moment[0], EPS) + moment[1]


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.wqkv = nn.Linear(width, 3 * width, bias=False)
        self.wo = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, positions: Rotations, mask: Tensor | None) -> Tensor:
        query, key, value = self.wqkv(x).unflatten(-1, (3, self.heads, -1)).unbind(2)
        query, key = _rotated(query, positions), _rotated(key, positions)
        query, key, value = query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
        y = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        out: Tensor = self.wo(y.transpose(1, 2).flatten(2))
        return out


class FeedForward(nn.Module):
    """SwiGLU (Shazeer, 2020, arXiv:2002.05202), as wide as LLaMA makes it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        inner = math.ceil(8 * width // 3 / FEED_FORWARD_MULTIPLE) * FEED_FORWARD_MULTIPLE
        self.w1 = nn.Linear(width, inner, bias=False)
        self.w3 = nn.Linear(width, inner, bias=False)
        self.w2 = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.w2(F.silu(self.w1(x)) * self.w3(x))
        return out


class Block(nn.Module):
    def __init__(self, width: int, heads: int, *, receives: bool) -> None:
        super().__init__()
        self.attention = Attention(width, heads)
        self.feed_forward = FeedForward(width)
        self.attention_norm = AdaptiveNorm(width)
        self.ffn_norm = AdaptiveNorm(width)
        self.skip_in_linear = nn.Linear(2 * width, width) if receives else None

    def moments(self, time: Tensor) -> Tensor:
        """Of both norms: `[S, 2, 2, width]`."""
        return torch.stack([self.attention_norm.moments(time), self.ffn_norm.moments(time)], dim=1)

    def forward(
        self, x: Tensor, skip: Tensor | None, positions: Rotations, mask: Tensor | None, moment: Tensor
    ) -> Tensor:
        if self.skip_in_linear is not None and skip is not None:
            x = self.skip_in_linear(torch.cat([x, skip], dim=-1))
        x = x + self.attention(modulated(x, moment[0]), positions, mask)
        out: Tensor = x + self.feed_forward(modulated(x, moment[1]))
        return out


class Transformer(nn.Module):
    """The first half of the layers feeds the second, outermost to outermost (U-ViT, Bao et al., arXiv:2209.12152)."""

    def __init__(self, width: int, heads: int, depth: int) -> None:
        super().__init__()
        self.middle = depth // 2
        self.layers = nn.ModuleList(Block(width, heads, receives=i > self.middle) for i in range(depth))
        self.norm = AdaptiveNorm(width)

    def moments(self, time: Tensor) -> tuple[Tensor, Tensor]:
        """Of the layers' norms `[S, depth, 2, 2, width]` and of the last norm `[S, 2, width]`."""
        layers = [layer.moments(time) for layer in self.layers if isinstance(layer, Block)]
        return torch.stack(layers, dim=1), self.norm.moments(time)

    def forward(self, x: Tensor, positions: Rotations, mask: Tensor | None, layers: Tensor, norm: Tensor) -> Tensor:
        """`x` `[B, T, width]`; `mask` `[B, 1, 1, T]`, true where a frame may be looked at, or none if all may."""
        skips: list[Tensor] = []
        for i, layer in enumerate(self.layers):
            x = layer(x, skips.pop() if i > self.middle else None, positions, mask, layers[i])
            if i < self.middle:
                skips.append(x)
        return modulated(x, norm)


def _rotated(x: Tensor, positions: Rotations) -> Tensor:
    even, odd = x.float().reshape(*x.shape[:-1], -1, 2).unbind(-1)
    turned = torch.stack(
        [even * positions.cos - odd * positions.sin, odd * positions.cos + even * positions.sin], dim=-1
    )
    return turned.flatten(-2).type_as(x)
