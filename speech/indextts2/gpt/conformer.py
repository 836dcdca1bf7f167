"""The encoder of a reference recording: half-rate convolution, then conformer blocks (Gulati et al., 2020).

As WeNet's: relative positions after Dai et al. (2019, appendix B) but without the shift, no macaron layers.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from speech.indextts2.configuration import ConfigurationError
from speech.indextts2.configuration import Conformer as Configuration

POSITIONS = 5000
KERNEL = 15
"""Of the depthwise convolution; upstream never configures it."""


class Positions(nn.Module):
    """The sinusoids `pe [1, POSITIONS, size]`, which a checkpoint holds."""

    pe: Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        angle = torch.arange(POSITIONS)[:, None] * torch.exp(torch.arange(0, size, 2) * (-math.log(10000.0) / size))
        self.register_buffer("pe", torch.stack([angle.sin(), angle.cos()], dim=-1).reshape(1, POSITIONS, size))


class Subsampling(nn.Module):
    """`[B, T, F]` to `[B, (T-1)//2, size]`."""

    def __init__(self, features: int, size: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(1, size, 3, 2), nn.ReLU())
        self.out = nn.Sequential(nn.Linear(size * ((features - 1) // 2), size))
        self.pos_enc = Positions(size)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x[:, None])
        x = self.out(x.transpose(1, 2).flatten(2))
        return x * math.sqrt(x.shape[-1])


class Attention(nn.Module):
    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.linear_q = nn.Linear(size, size)
        self.linear_k = nn.Linear(size, size)
        self.linear_v = nn.Linear(size, size)
        self.linear_out = nn.Linear(size, size)
        self.linear_pos = nn.Linear(size, size, bias=False)
        self.pos_bias_u = nn.Parameter(torch.zeros(heads, size // heads))
        self.pos_bias_v = nn.Parameter(torch.zeros(heads, size // heads))

    def forward(self, x: Tensor, positions: Tensor) -> Tensor:
        q, k, v = (self._split(linear(x)) for linear in (self.linear_q, self.linear_k, self.linear_v))
        p = self._split(self.linear_pos(positions))
        bias = (q + self.pos_bias_v[:, None]) @ p.transpose(-2, -1) / math.sqrt(q.shape[-1])
        x = functional.scaled_dot_product_attention(q + self.pos_bias_u[:, None], k, v, attn_mask=bias)
        out: Tensor = self.linear_out(x.transpose(1, 2).flatten(2))
        return out

    def _split(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)


class Convolution(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.pointwise_conv1 = nn.Conv1d(size, 2 * size, 1)
        self.depthwise_conv = nn.Conv1d(size, size, KERNEL, padding=KERNEL // 2, groups=size)
        self.norm = nn.LayerNorm(size)
        self.pointwise_conv2 = nn.Conv1d(size, size, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.glu(self.pointwise_conv1(x.transpose(1, 2)), dim=1)
        x = self.norm(self.depthwise_conv(x).transpose(1, 2))
        out: Tensor = self.pointwise_conv2(functional.silu(x).transpose(1, 2))
        return out.transpose(1, 2)


class FeedForward(nn.Module):
    def __init__(self, size: int, inner: int) -> None:
        super().__init__()
        self.w_1 = nn.Linear(size, inner)
        self.w_2 = nn.Linear(inner, size)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.w_2(functional.silu(self.w_1(x)))
        return out


class Block(nn.Module):
    def __init__(self, config: Configuration) -> None:
        super().__init__()
        size = config.output_size
        self.self_attn = Attention(size, config.attention_heads)
        self.feed_forward = FeedForward(size, config.linear_units)
        self.conv_module = Convolution(size)
        self.norm_ff = nn.LayerNorm(size)
        self.norm_mha = nn.LayerNorm(size)
        self.norm_conv = nn.LayerNorm(size)
        self.norm_final = nn.LayerNorm(size)

    def forward(self, x: Tensor, positions: Tensor) -> Tensor:
        x = x + self.self_attn(self.norm_mha(x), positions)
        x = x + self.conv_module(self.norm_conv(x))
        x = x + self.feed_forward(self.norm_ff(x))
        out: Tensor = self.norm_final(x)
        return out


class Conformer(nn.Module):
    """Semantic features `[B, T, features]` to `[B, (T-1)//2, output_size]`; T is at least 3.

    There is no padding mask: padded rows would differ from single ones, so give rows of one length.
    """

    def __init__(self, config: Configuration, features: int) -> None:
        super().__init__()
        if config.input_layer != "conv2d2":
            raise ConfigurationError(f"config.yaml: 不支持的 input_layer：{config.input_layer} (unknown)")
        self.embed = Subsampling(features, config.output_size)
        self.after_norm = nn.LayerNorm(config.output_size)
        self.encoders = nn.ModuleList(Block(config) for _ in range(config.num_blocks))

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x)
        positions = self.embed.pos_enc.pe[:, : x.shape[1]]
        for block in self.encoders:
            x = block(x, positions)
        out: Tensor = self.after_norm(x)
        return out
