from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from speech.indextts2.bigvgan import BigVgan, BigVganConfig
from speech.indextts2.checkpoint import fold_weight_norm, problems
from speech.indextts2.configuration import ConfigurationError, parse


def _official_shapes() -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every key of the official generator, with weight norm as it is stored there."""
    yield from _normed("conv_pre", (1536, 80, 7), 1536)
    for stage, (kernel, width) in enumerate(zip((8, 8, 4, 4, 4, 4), (768, 384, 192, 96, 48, 24), strict=True)):
        yield from _normed(f"ups.{stage}.0", (2 * width, width, kernel), width)
        for side, size in enumerate((3, 7, 11)):
            block = f"resblocks.{3 * stage + side}"
            for pair in range(3):
                yield from _normed(f"{block}.convs1.{pair}", (width, width, size), width)
                yield from _normed(f"{block}.convs2.{pair}", (width, width, size), width)
            for i in range(6):
                yield from _activation(f"{block}.activations.{i}", width)
    yield from _activation("activation_post", 24)
    yield from list(_normed("conv_post", (1, 24, 7), 1))[:2]  # without bias


def _normed(name: str, shape: tuple[int, ...], bias: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight_g", (shape[0], 1, 1)
    yield f"{name}.weight_v", shape
    yield f"{name}.bias", (bias,)


def _activation(name: str, width: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.act.alpha", (width,)
    yield f"{name}.act.beta", (width,)
    yield f"{name}.upsample.filter", (1, 1, 12)
    yield f"{name}.downsample.lowpass.filter", (1, 1, 12)


def test_every_official_key_has_its_place(official: dict[str, Any]) -> None:
    """At full size the official generator's 783 keys, folded, are exactly ours."""
    with torch.device("meta"):
        model = BigVgan(parse(BigVganConfig, official))
        state = {key: torch.empty(shape) for key, shape in _official_shapes()}
    assert 783 == len(state)
    assert [] == problems(model, fold_weight_norm(state))
    assert (256, 27) == (model.config.hop, model.config.reach)


def test_the_arithmetic_is_the_official_one(model: BigVgan, mel: Callable[..., Tensor]) -> None:
    """With these weights the official code gives these samples (from PyPI indextts2-inference 2.1.1)."""
    samples = model(mel(9).T[None])[0]
    assert 9 * 256 == len(samples)
    expected = [-0.049743, -0.231042, -0.359791, -0.310603, -0.433064, -0.245993, -0.311894, -0.354465, -0.2349]
    assert expected == pytest.approx(samples[::256].tolist(), abs=1e-5)


@pytest.mark.parametrize(
    "change",
    [{"resblock": "2"}, {"activation": "snake"}, {"snake_logscale": False}],
    ids=lambda change: next(iter(change)),
)
def test_another_generator_is_refused(official: dict[str, Any], change: dict[str, Any]) -> None:
    """A config.json that asks for other arithmetic is an error, not noise."""
    with pytest.raises(ConfigurationError, match="不支持"):
        parse(BigVganConfig, {**official, **change})


def test_tanh_where_the_configuration_wants_it(official: dict[str, Any], mel: Callable[..., Tensor]) -> None:
    """With `use_tanh_at_final` the end is soft; without it, it is cut."""
    small = {**official, "upsample_initial_channel": 64, "upsample_rates": [4], "upsample_kernel_sizes": [8]}
    hard, soft = (BigVgan(parse(BigVganConfig, {**small, "use_tanh_at_final": tanh})) for tanh in (False, True))
    with torch.inference_mode():
        hard.conv_post.weight *= 0.1
        soft.load_state_dict(hard.state_dict())
        assert torch.allclose(hard(mel(5).T[None]).tanh(), soft(mel(5).T[None]))


def test_half_precision_runs(model: BigVgan, mel: Callable[..., Tensor], official: dict[str, Any]) -> None:
    """In half precision the waveform is finite and close to that in float32."""
    half = BigVgan(parse(BigVganConfig, {**official, "upsample_initial_channel": 64}))
    half.load_state_dict(model.state_dict())
    whole = model(mel(5).T[None])
    samples = half.half()(mel(5).T[None].half()).float()
    assert torch.allclose(whole, samples, atol=0.02)
