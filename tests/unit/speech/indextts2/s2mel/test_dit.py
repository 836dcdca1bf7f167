from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
import torch

from speech.indextts2.configuration import ConfigurationError
from speech.indextts2.configuration import S2Mel as Config
from speech.indextts2.s2mel import S2Mel
from speech.indextts2.s2mel.dit import Estimator
from speech.indextts2.s2mel.transformer import rotations


def _inputs(frames: int, lengths: list[int]) -> tuple[torch.Tensor, ...]:
    count = len(lengths)
    return (
        torch.randn(count, frames, 8),
        torch.randn(count, frames, 32),
        torch.randn(count, 6),
        torch.tensor(lengths),
    )


def _on_meta(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.to("meta")
    if isinstance(value, list):
        return [_on_meta(part) for part in value]
    return type(value)(*map(_on_meta, value))


def test_rows_of_one_length_need_no_mask(model: S2Mel) -> None:
    """A mask that masks nothing changes nothing but the time that attention takes."""
    estimator = model.cfm.estimator
    (moment,) = estimator.moments(torch.tensor([0.3]))
    rows = estimator.rows(*_inputs(12, [12, 12]))
    x = torch.randn(2, 12, 8)
    assert rows.mask is None
    masked = rows._replace(mask=torch.ones(2, 1, 1, 12, dtype=torch.bool))
    assert torch.allclose(estimator(x, rows, moment), estimator(x, masked, moment), atol=1e-5)


def test_time_matters_and_is_shared_by_the_rows(model: S2Mel) -> None:
    """Several times prepared together are each what they are alone."""
    estimator = model.cfm.estimator
    together = estimator.moments(torch.tensor([0.0, 0.5]))
    for time, moment in zip((0.0, 0.5), together, strict=True):
        (alone,) = estimator.moments(torch.tensor([time]))
        for expected, actual in zip(alone, moment, strict=True):
            assert torch.allclose(expected, actual, atol=1e-5)
    assert not torch.allclose(together[0].layers, together[1].layers, atol=0.1)


def test_the_estimator_looks_at_no_value(model: S2Mel) -> None:
    """It runs on tensors that have no values: nothing in it branches on data, so it can be compiled or captured."""
    estimator = deepcopy(model.cfm.estimator)
    (moment,) = estimator.moments(torch.tensor([0.3]))
    rows = estimator.rows(*_inputs(12, [12, 5, 9]))
    out = estimator.to("meta")(torch.empty(3, 12, 8, device="meta"), _on_meta(rows), _on_meta(moment))
    assert (3, 12, 8) == out.shape


def test_positions_are_exact_far_out() -> None:
    """Rotations are float32 and right at the last frame of a long row."""
    positions = rotations(8192, 64, torch.device("cpu"))
    angle = torch.tensor(8191.0).double() * 10000.0 ** (-2 / 64)
    assert float(angle.cos()) == pytest.approx(float(positions.cos[8191, 0, 1]), abs=1e-3)
    assert torch.float32 == positions.cos.dtype


def test_a_configuration_that_cannot_be_built_is_refused(official: Config) -> None:
    """The WaveNet is as wide as the transformer, or config.yaml is wrong."""
    with pytest.raises(ConfigurationError, match="hidden_dim"), torch.device("meta"):
        Estimator(replace(official, wavenet=replace(official.wavenet, hidden_dim=256)))
