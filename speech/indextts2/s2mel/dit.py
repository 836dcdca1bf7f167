"""The flow's estimator: a diffusion transformer (DiT, Peebles & Xie, 2023, arXiv:2212.09748), finished by a WaveNet."""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn

from speech.indextts2 import configuration
from speech.indextts2.configuration import ConfigurationError
from speech.indextts2.s2mel.transformer import Rotations, Transformer, in_float, rotations
from speech.indextts2.s2mel.wavenet import WaveNet

FREQUENCIES = 128
"""Of the sinusoids that describe a time; upstream has it fixed."""

PERIOD = 10000.0
TIME_SCALE = 1000.0
EPS = 1e-6


class Moment(NamedTuple):
    """All that time changes in the estimator, the same for every row; stacked on S for several times."""

    layers: Tensor
    """`[depth, 2, 2, width]`: scale and shift of both norms of each layer."""

    norm: Tensor
    """`[2, width]`."""

    wavenet: Tensor
    """`[wavenet layers, 2 * width]`."""

    final: Tensor
    """`[2, width]`."""


class Rows(NamedTuple):
    """All that the estimator knows of the rows besides the mel that flows; right-padded to T frames."""

    conditions: Tensor
    """`[B, T, width]`: what prompt, content and style add to the input."""

    positions: Rotations
    mask: Tensor | None
    """`[B, 1, 1, T]`, true within a row; none if no row is padded, which lets attention take its fastest way."""

    reflections: list[Tensor]


class TimeEmbedder(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(2 * FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, times: Tensor) -> Tensor:
        """Times `[S]` of 0…1 as `[S, width]`."""
        steps = torch.arange(FREQUENCIES, device=times.device).float()
        angles = TIME_SCALE * times.float()[:, None] * torch.exp(-math.log(PERIOD) * steps / FREQUENCIES)
        waves = torch.cat([angles.cos(), angles.sin()], dim=-1)
        return in_float(self.mlp, waves)


class FinalLayer(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 2 * width))

    def moments(self, time: Tensor) -> Tensor:
        """Scale and shift `[S, 2, width]`."""
        shift, scale = in_float(self.adaLN_modulation, time).chunk(2, dim=-1)
        return torch.stack([1 + scale, shift], dim=1)

    def forward(self, x: Tensor, moment: Tensor) -> Tensor:
        out: Tensor = self.linear(F.layer_norm(x, x.shape[-1:], moment[0], moment[1], EPS))
        return out


class Estimator(nn.Module):
    """The velocity at which a mel flows. `forward` has no branch on data: it may be compiled or captured."""

    def __init__(self, config: configuration.S2Mel) -> None:
        super().__init__()
        dit, style = config.DiT, config.style_encoder.dim
        mels, width = dit.in_channels, dit.hidden_dim
        if config.wavenet.hidden_dim != width:  # the last layer is as wide as the one and takes its time from the other
            raise ConfigurationError("config.yaml: s2mel.wavenet.hidden_dim ≠ s2mel.DiT.hidden_dim")
        self.head_dim = width // dit.num_heads
        self.mels = mels
        self.cond_projection = nn.Linear(dit.content_dim, width)
        self.cond_x_merge_linear = nn.Linear(2 * mels + width + style, width)
        self.t_embedder = TimeEmbedder(width)
        self.transformer = Transformer(width, dit.num_heads, dit.depth)
        self.skip_linear = nn.Linear(width + mels, width)
        self.conv1 = nn.Linear(width, width)
        self.t_embedder2 = TimeEmbedder(width)
        self.wavenet = WaveNet(config.wavenet)
        self.res_projection = nn.Linear(width, width)
        self.final_layer = FinalLayer(width)
        self.conv2 = nn.Conv1d(width, mels, 1)

    def moments(self, times: Tensor) -> list[Moment]:
        """One for each of the times `[S]`, rounded to the type of the weights; a fifth of them is used only here."""
        time = self.t_embedder(times)
        layers, norm = self.transformer.moments(time)
        wavenet = self.wavenet.conditions(self.t_embedder2(times))
        stacked = Moment(layers, norm, wavenet, self.final_layer.moments(time))
        return [Moment(*parts) for parts in zip(*(part.to(self.conv1.weight) for part in stacked), strict=True)]

    def rows(self, prompt: Tensor, content: Tensor, style: Tensor, lengths: Tensor) -> Rows:
        """Rows of `lengths` `[B]`: `prompt` `[B, T, mels]`, `content` `[B, T, content_dim]`, `style` `[B, style]`."""
        frames = content.shape[1]
        keep = torch.arange(frames, device=content.device) < lengths[:, None]
        return Rows(
            self.conditions(prompt, content, style),
            rotations(frames, self.head_dim, content.device),
            None if bool(keep.all()) else keep[:, None, None],
            self.wavenet.reflections(lengths, frames),
        )

    def conditions(self, prompt: Tensor, content: Tensor, style: Tensor) -> Tensor:
        """The part of the merged input that does not flow: computed once, not at each step."""
        styles = style[:, None].expand(-1, content.shape[1], -1)
        merge = self.cond_x_merge_linear
        merged = torch.cat([prompt, self.cond_projection(content), styles], dim=-1)
        return F.linear(merged, merge.weight[:, self.mels :], merge.bias)

    def forward(self, x: Tensor, rows: Rows, moment: Moment) -> Tensor:
        """The velocity `[B, T, mels]` of `x` `[B, T, mels]`; beyond a row's end it is meaningless, but finite."""
        hidden = F.linear(x, self.cond_x_merge_linear.weight[:, : self.mels]) + rows.conditions
        hidden = self.transformer(hidden, rows.positions, rows.mask, moment.layers, moment.norm)
        hidden = self.skip_linear(torch.cat([hidden, x], dim=-1))
        waves = self.wavenet(self.conv1(hidden).transpose(1, 2), rows.reflections, moment.wavenet)
        finished = self.final_layer(waves.transpose(1, 2) + self.res_projection(hidden), moment.final)
        return F.linear(finished, self.conv2.weight[..., 0], self.conv2.bias)
