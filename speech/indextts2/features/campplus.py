"""CAM++, the speaker model: whose voice it is (Wang et al., 2023, arXiv:2303.00332)."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn.functional import relu

from speech.indextts2.features.fbank import N_BANDS
from speech.indextts2.features.tdnn import Block, Dense, Statistics, Tdnn, Transit, norm_relu

KERNELS = (3, 3, 3)
DILATIONS = (1, 2, 2)
FREQUENCY_STRIDE = 8


@dataclass(frozen=True)
class Sizes:
    """The official model's; no configuration file states them, but the shapes of a checkpoint do."""

    planes: int = 32
    channels: int = 128
    growth: int = 32
    bottleneck: int = 128
    layers: tuple[int, ...] = (12, 24, 16)
    style: int = 192

    @classmethod
    def of(cls, state: Mapping[str, Tensor]) -> "Sizes":
        """Those of the checkpoint `state`. Raises `KeyError` if it is not one of this model."""
        return cls(
            planes=len(state["head.conv1.weight"]),
            channels=len(state["xvector.tdnn.linear.weight"]),
            growth=len(state["xvector.block1.tdnnd1.cam_layer.linear_local.weight"]),
            bottleneck=len(state["xvector.block1.tdnnd1.linear1.weight"]),
            layers=tuple(_count(state, block) for block in range(1, len(KERNELS) + 1)),
            style=len(state["xvector.dense.linear.weight"]),
        )


def _count(state: Mapping[str, Tensor], block: int) -> int:
    start, end = f"xvector.block{block}.", ".cam_layer.linear_local.weight"
    return sum(key.startswith(start) and key.endswith(end) for key in state)


class CampPlus(nn.Module):
    """BatchNorm is in it: only `eval()` gives what was trained."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.head = Head(sizes.planes)
        self.xvector = nn.Sequential(_layers(sizes))

    def forward(self, features: Tensor) -> Tensor:
        """The style `[style]` of mean-subtracted filter banks `[frames, 80]`."""
        weight = self.head.conv1.weight
        style: Tensor = self.xvector(self.head(features.to(weight).T[None]))[0, :, 0]
        return style


def _layers(sizes: Sizes) -> "OrderedDict[str, nn.Module]":
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    channels = sizes.channels
    layers["tdnn"] = Tdnn(sizes.planes * N_BANDS // FREQUENCY_STRIDE, channels)
    for i, (count, kernel, dilation) in enumerate(zip(sizes.layers, KERNELS, DILATIONS, strict=True), start=1):
        layers[f"block{i}"] = Block(count, channels, sizes.growth, (sizes.bottleneck, kernel, dilation))
        channels += count * sizes.growth
        layers[f"transit{i}"] = Transit(channels)
        channels //= 2
    layers["out_nonlinear"] = norm_relu(channels)
    layers["stats"] = Statistics()
    layers["dense"] = Dense(channels * 2, sizes.style)
    return layers


class Head(nn.Module):
    """Convolutions over frequency and time: `[B, 80, T]` to `[B, planes * 10, T]`."""

    def __init__(self, planes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, planes, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.layer1 = nn.Sequential(Residual(planes, 2), Residual(planes, 1))
        self.layer2 = nn.Sequential(Residual(planes, 2), Residual(planes, 1))
        self.conv2 = nn.Conv2d(planes, planes, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)

    def forward(self, features: Tensor) -> Tensor:
        hidden = relu(self.bn1(self.conv1(features[:, None])))
        hidden = self.layer2(self.layer1(hidden))
        return relu(self.bn2(self.conv2(hidden))).flatten(1, 2)


class Residual(nn.Module):
    """Two convolutions and a way around them; `stride` is that of the frequency."""

    def __init__(self, planes: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(planes, planes, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut.append(nn.Conv2d(planes, planes, 1, stride=(stride, 1), bias=False))
            self.shortcut.append(nn.BatchNorm2d(planes))

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        return relu(hidden + self.shortcut(x))
