"""The convolutions that finish the estimator's work (WaveNet, van den Oord et al., 2016, arXiv:1609.03499)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from speech.indextts2 import configuration
from speech.indextts2.s2mel.transformer import in_float


class WaveNet(nn.Module):
    """Gated convolutions; each reflects its input at both ends of *each row*, so that padding changes no frame."""

    def __init__(self, config: configuration.WaveNet) -> None:
        super().__init__()
        width, layers, kernel = config.hidden_dim, config.num_layers, config.kernel_size
        dilations = [config.dilation_rate**i for i in range(layers)]
        self.margins = [(kernel - 1) * dilation // 2 for dilation in dilations]
        self.cond_layer = _nested(nn.Conv1d(width, 2 * width * layers, 1))
        self.in_layers = nn.ModuleList(
            _nested(nn.Conv1d(width, 2 * width, kernel, dilation=dilation)) for dilation in dilations
        )
        # The last layer only adds to the output: there is no next one to feed.
        self.res_skip_layers = nn.ModuleList(
            _nested(nn.Conv1d(width, width if last else 2 * width, 1)) for last in _lasts(layers)
        )

    def conditions(self, time: Tensor) -> Tensor:
        """What the layers add at each of S times: `[S, width]` to `[S, layers, 2 * width]`."""
        return in_float(self.cond_layer, time[..., None]).reshape(len(time), len(self.margins), -1)

    def reflections(self, lengths: Tensor, frames: int) -> list[Tensor]:
        """For each layer, the frame `[B, frames + 2 * margin]` that stands at each place of its padded input."""
        distinct = {margin: reflection(lengths, frames, margin) for margin in set(self.margins)}
        return [distinct[margin] for margin in self.margins]

    def forward(self, x: Tensor, reflections: Sequence[Tensor], conditions: Tensor) -> Tensor:
        """`x` `[B, width, T]`, `conditions` `[layers, 2 * width]`; beyond a row's end the output is meaningless."""
        output = torch.zeros_like(x)
        for i, (gate, mix) in enumerate(zip(self.in_layers, self.res_skip_layers, strict=True)):
            padded = x.gather(2, reflections[i][:, None].expand(-1, x.shape[1], -1))
            signal, switch = (gate(padded) + conditions[i, :, None]).chunk(2, dim=1)
            mixed = mix(signal.tanh() * switch.sigmoid())
            if i + 1 < len(self.margins):
                residual, mixed = mixed.chunk(2, dim=1)
                x = x + residual
            output = output + mixed
        return output


def reflection(lengths: Tensor, frames: int, margin: int) -> Tensor:
    """Indices `[B, frames + 2 * margin]` that reflect each row at its own ends, so that nothing beyond it is read.

    A row of no more than `margin` frames, which no recording is short enough to make, repeats its first.
    """
    at = torch.arange(-margin, frames + margin, device=lengths.device).abs().expand(len(lengths), -1)
    last = lengths[:, None] - 1
    return torch.where(at > last, 2 * last - at, at).clamp(min=0)


def _nested(convolution: nn.Conv1d) -> nn.Sequential:
    """The convolution under the key `conv.conv`, as EnCodec's wrappers keep it in the checkpoint."""
    inner, outer = nn.Sequential(), nn.Sequential()
    inner.add_module("conv", convolution)
    outer.add_module("conv", inner)
    return outer


def _lasts(count: int) -> list[bool]:
    return [i + 1 == count for i in range(count)]
