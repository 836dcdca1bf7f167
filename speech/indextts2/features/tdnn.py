"""CAM++'s densely connected time-delay layers with their context masks (Wang et al., 2023, arXiv:2303.00332)."""

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool1d, relu

SEGMENT = 100
"""Frames over which the mask looks around: 2 s."""


def norm_relu(channels: int) -> nn.Sequential:
    return nn.Sequential(OrderedDict[str, nn.Module](batchnorm=nn.BatchNorm1d(channels), relu=nn.ReLU()))


class Tdnn(nn.Module):
    """Halves the rate of the frames."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, out, 5, stride=2, padding=2, bias=False)
        self.nonlinear = norm_relu(out)

    def forward(self, x: Tensor) -> Tensor:
        hidden: Tensor = self.nonlinear(self.linear(x))
        return hidden


class Block(nn.Module):
    """`layers` of which each sees what all before it made, and adds `growth` channels."""

    def __init__(self, layers: int, channels: int, growth: int, layer: "Shape") -> None:
        super().__init__()
        for i in range(layers):
            self.add_module(f"tdnnd{i + 1}", DenseTdnn(channels + i * growth, growth, layer))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.children():
            x = torch.cat([x, layer(x)], dim=1)
        return x


class DenseTdnn(nn.Module):
    def __init__(self, channels: int, out: int, shape: "Shape") -> None:
        super().__init__()
        bottleneck, kernel, dilation = shape
        self.nonlinear1 = norm_relu(channels)
        self.linear1 = nn.Conv1d(channels, bottleneck, 1, bias=False)
        self.nonlinear2 = norm_relu(bottleneck)
        self.cam_layer = MaskedConvolution(bottleneck, out, kernel, dilation)

    def forward(self, x: Tensor) -> Tensor:
        hidden: Tensor = self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(x))))
        return hidden


Shape = tuple[int, int, int]
"""Of a dense layer: bottleneck, kernel, dilation."""


class MaskedConvolution(nn.Module):
    """A convolution whose channels are weighed by the means of the whole recording and of the segment."""

    def __init__(self, channels: int, out: int, kernel: int, dilation: int) -> None:
        super().__init__()
        padding = kernel // 2 * dilation
        self.linear_local = nn.Conv1d(channels, out, kernel, padding=padding, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(channels, channels // 2, 1)
        self.linear2 = nn.Conv1d(channels // 2, out, 1)

    def forward(self, x: Tensor) -> Tensor:
        around = avg_pool1d(x, SEGMENT, SEGMENT, ceil_mode=True).repeat_interleave(SEGMENT, dim=-1)
        context = x.mean(-1, keepdim=True) + around[..., : x.shape[-1]]
        mask = torch.sigmoid(self.linear2(relu(self.linear1(context))))
        masked: Tensor = self.linear_local(x) * mask
        return masked


class Transit(nn.Module):
    """Halves the channels after a block."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.nonlinear = norm_relu(channels)
        self.linear = nn.Conv1d(channels, channels // 2, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        hidden: Tensor = self.linear(self.nonlinear(x))
        return hidden


class Statistics(nn.Module):
    """Mean and standard deviation over time: `[B, C, T]` to `[B, 2 C, 1]`."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x.mean(-1, keepdim=True), x.std(-1, keepdim=True)], dim=1)


class Dense(nn.Module):
    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, out, 1, bias=False)
        self.nonlinear = nn.Sequential(OrderedDict[str, nn.Module](batchnorm=nn.BatchNorm1d(out, affine=False)))

    def forward(self, x: Tensor) -> Tensor:
        hidden: Tensor = self.nonlinear(self.linear(x))
        return hidden
