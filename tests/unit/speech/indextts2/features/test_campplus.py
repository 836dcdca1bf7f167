from collections import Counter

import pytest
import torch
from torch import Tensor
from torch.nn.functional import batch_norm, conv1d, conv2d, relu

from speech.indextts2.checkpoint import State, load
from speech.indextts2.features.campplus import CampPlus, Sizes

SMALL = Sizes(planes=4, channels=8, growth=4, bottleneck=6, layers=(1, 2, 1), style=5)


@pytest.fixture
def model() -> CampPlus:
    torch.manual_seed(0)
    model = CampPlus(SMALL).eval()
    for name, tensor in model.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 1.5)
        if name.endswith("running_mean"):
            tensor.normal_(0, 0.1)
        if tensor.ndim > 2:
            torch.nn.init.kaiming_normal_(tensor)  # so that what comes out is not all but nothing
    return model


def test_official_keys() -> None:
    """The full-size model has the 937 keys of campplus_cn_common.bin, of which these are a sample, and their shapes."""
    with torch.device("meta"):
        state = CampPlus(Sizes()).state_dict()
    assert 937 == len(state)
    expected = {
        "head.conv1.weight": (32, 1, 3, 3),
        "head.bn2.num_batches_tracked": (),
        "head.layer1.0.shortcut.0.weight": (32, 32, 1, 1),
        "head.layer2.1.conv2.weight": (32, 32, 3, 3),
        "xvector.tdnn.linear.weight": (128, 320, 5),
        "xvector.tdnn.nonlinear.batchnorm.running_var": (128,),
        "xvector.block1.tdnnd12.linear1.weight": (128, 480, 1),
        "xvector.block2.tdnnd24.cam_layer.linear_local.weight": (32, 128, 3),
        "xvector.block3.tdnnd16.cam_layer.linear2.bias": (32,),
        "xvector.transit3.linear.weight": (512, 1024, 1),
        "xvector.out_nonlinear.batchnorm.weight": (512,),
        "xvector.dense.linear.weight": (192, 1024, 1),
        "xvector.dense.nonlinear.batchnorm.running_mean": (192,),
    }
    assert expected == {key: tuple(state[key].shape) for key in expected}
    assert "xvector.dense.nonlinear.batchnorm.weight" not in state
    assert "head.layer1.1.shortcut.0.weight" not in state


@pytest.mark.parametrize("sizes", [SMALL, Sizes()])
def test_sizes_are_read_from_a_checkpoint(sizes: Sizes) -> None:
    """The shapes of a checkpoint say every size; what is no checkpoint of this model lacks a key."""
    with torch.device("meta"):
        assert sizes == Sizes.of(CampPlus(sizes).state_dict())
    with pytest.raises(KeyError, match=r"head\.conv1\.weight"):
        Sizes.of({})


def test_a_checkpoint_gives_the_same_style(model: CampPlus) -> None:
    """What is saved and loaded into a model on the meta device says the same, in evaluation mode."""
    features = torch.randn(120, 80)
    with torch.device("meta"):
        other = CampPlus(Sizes.of(model.state_dict()))
    load(other, model.state_dict(), "campplus", torch.float32, "cpu")
    assert torch.equal(model(features), other(features))
    assert not any(module.training for module in other.modules())


@pytest.mark.parametrize("frames", [2, 299, 450])
def test_a_style_of_any_length(model: CampPlus, frames: int) -> None:
    """Any number of frames gives one finite vector."""
    style = model(torch.randn(frames * 2, 80))
    assert (SMALL.style,) == style.shape
    assert torch.isfinite(style).all()


class Reference:
    """The published model written out: plain functions over a checkpoint's keys."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __call__(self, features: Tensor) -> Tensor:
        x = relu(self._norm("head.bn1", self._conv2("head.conv1", features.T[None, None])))
        for layer in ("layer1", "layer2"):
            x = self._residual(f"head.{layer}.0", x, 2)
            x = self._residual(f"head.{layer}.1", x, 1)
        x = relu(self._norm("head.bn2", self._conv2("head.conv2", x, 2))).flatten(1, 2)
        x = self._conv1("xvector.tdnn.linear", x, stride=2, padding=2)
        x = self._norm_relu("xvector.tdnn.nonlinear", x)
        for block, (layers, dilation) in enumerate(zip(SMALL.layers, (1, 2, 2), strict=True), start=1):
            for number in range(1, layers + 1):
                x = torch.cat([x, self._dense(f"xvector.block{block}.tdnnd{number}", x, dilation)], dim=1)
            transit = f"xvector.transit{block}"
            x = self._conv1(f"{transit}.linear", self._norm_relu(f"{transit}.nonlinear", x))
        x = self._norm_relu("xvector.out_nonlinear", x)[0]
        statistics = torch.cat([x.mean(1), x.std(1, correction=1)])[None, :, None]
        return self._norm("xvector.dense.nonlinear.batchnorm", self._conv1("xvector.dense.linear", statistics))[0, :, 0]

    def _residual(self, key: str, x: Tensor, stride: int) -> Tensor:
        y = relu(self._norm(f"{key}.bn1", self._conv2(f"{key}.conv1", x, stride)))
        y = self._norm(f"{key}.bn2", self._conv2(f"{key}.conv2", y))
        if stride == 2:
            x = self._norm(f"{key}.shortcut.1", self._conv2(f"{key}.shortcut.0", x, 2, padding=0))
        return relu(x + y)

    def _dense(self, key: str, x: Tensor, dilation: int) -> Tensor:
        x = self._conv1(f"{key}.linear1", self._norm_relu(f"{key}.nonlinear1", x))
        x = self._norm_relu(f"{key}.nonlinear2", x)
        segments = [part.mean(-1, keepdim=True).expand_as(part) for part in torch.split(x, 100, dim=-1)]
        context = torch.cat(segments, dim=-1) + x.mean(-1, keepdim=True)
        mask = self._conv1(f"{key}.cam_layer.linear2", relu(self._conv1(f"{key}.cam_layer.linear1", context)))
        local = self._conv1(f"{key}.cam_layer.linear_local", x, padding=dilation, dilation=dilation)
        return local * torch.sigmoid(mask)

    def _norm_relu(self, key: str, x: Tensor) -> Tensor:
        return relu(self._norm(f"{key}.batchnorm", x))

    def _norm(self, key: str, x: Tensor) -> Tensor:
        names = ("running_mean", "running_var", "weight", "bias")
        mean, variance, weight, bias = (self._state.get(f"{key}.{name}") for name in names)
        return batch_norm(x, mean, variance, weight, bias)

    def _conv1(self, key: str, x: Tensor, **shape: int) -> Tensor:
        return conv1d(x, self._state[f"{key}.weight"], self._state.get(f"{key}.bias"), **shape)

    def _conv2(self, key: str, x: Tensor, stride: int = 1, padding: int = 1) -> Tensor:
        return conv2d(x, self._state[f"{key}.weight"], stride=(stride, 1), padding=padding)


@pytest.mark.parametrize("frames", [120, 450], ids=["one segment", "three segments"])
def test_the_model_is_the_published_one(model: CampPlus, frames: int) -> None:
    """Layer for layer as the paper and its code have it: dilations, ways around, context masks, statistics."""
    features = torch.randn(frames, 80) * torch.linspace(0, 3, frames)[:, None]
    torch.testing.assert_close(Reference(model.state_dict())(features), model(features))


def test_the_full_size_has_as_many_parameters_as_published() -> None:
    """6.85 million, in three blocks of 12, 24 and 16 layers."""
    with torch.device("meta"):
        model = CampPlus(Sizes())
    assert 6.85 == round(sum(p.numel() for p in model.parameters()) / 1e6, 2)
    blocks = Counter(name.split(".")[1] for name, _ in model.named_modules() if name.endswith(".cam_layer"))
    assert {"block1": 12, "block2": 24, "block3": 16} == blocks
