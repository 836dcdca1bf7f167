from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest
import torch

from speech.indextts2.configuration import S2Mel as Config
from speech.indextts2.s2mel import Flow, MelRow, S2Mel
from speech.indextts2.s2mel.flow import noise, schedule

MakeRow = Callable[[int, int, int], MelRow]
STEPS = 6
SIZES = ((20, 31, 1), (7, 12, 2), (33, 2, 3), (1, 50, 4), (20, 31, 5))
"""Frames of prompt and mel, and the seed; the last differs from the first by its seed, voice and text only."""


def _assert_same(expected: torch.Tensor, actual: torch.Tensor) -> None:
    """Within 1e-5 of the largest value."""
    assert expected.shape == actual.shape
    assert float((expected - actual).abs().max()) < 1e-5 * float(expected.abs().max())


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 2, 0, 3, 1), (1, 2), (3, 1, 0)])
@pytest.mark.parametrize("guidance", [0.7, 0.0])
def test_a_batch_is_exactly_its_rows(model: S2Mel, row: MakeRow, order: tuple[int, ...], guidance: float) -> None:
    """Mixed lengths, prompts, styles and seeds, in any company and order: each mel is as if it were alone."""
    flow = Flow(model)
    mels = flow.run([row(*SIZES[i]) for i in order], STEPS, guidance)
    for i, mel in zip(order, mels, strict=True):
        (alone,) = flow.run([row(*SIZES[i])], STEPS, guidance)
        assert (SIZES[i][1], 8) == mel.shape
        _assert_same(alone, mel)


@pytest.mark.parametrize("bucket", [8, 64])
def test_buckets_change_nothing(model: S2Mel, row: MakeRow, bucket: int) -> None:
    """A batch padded to a round length gives the same mels; the estimator sees multiples of the bucket only."""
    rows = [row(*size) for size in SIZES]
    for expected, actual in zip(Flow(model).run(rows, STEPS), Flow(model, bucket=bucket).run(rows, STEPS), strict=True):
        _assert_same(expected, actual)


@pytest.mark.parametrize("area", [1, 60, 120])
def test_what_does_not_fit_comes_after(model: S2Mel, row: MakeRow, area: int) -> None:
    """Rows that may not go together, and one that is too long by itself: the same mels in the same order."""
    rows = [row(*size) for size in SIZES]
    for expected, actual in zip(Flow(model).run(rows, STEPS), Flow(model, area).run(rows, STEPS), strict=True):
        _assert_same(expected, actual)


def test_the_arithmetic_is_the_official_one(model: S2Mel, row: MakeRow) -> None:
    """With these weights and this noise the official solver gives this mel (from PyPI indextts2-inference 2.1.1)."""
    (mel,) = Flow(model).run([row(9, 11, 0)], 25)
    expected = [
        -5.02057,
        -4.20584,
        -4.04013,
        -4.46188,
        -4.84601,
        -5.06061,
        -3.96084,
        1.12789,
        -3.25011,
        -4.43428,
        -1.95272,
    ]
    assert expected == pytest.approx(mel[:, 3].tolist(), abs=1e-4)


def test_everything_of_a_row_matters(model: S2Mel, row: MakeRow) -> None:
    """Another condition, prompt, style or seed gives another mel."""
    one, other = row(9, 11, 0), row(9, 11, 1)
    (mel,) = Flow(model).run([one], STEPS)
    for field in ("condition", "prompt_condition", "prompt_mel", "style", "seed"):
        (changed,) = Flow(model).run([replace(one, **{field: getattr(other, field)})], STEPS)
        assert float((mel - changed).abs().max()) > 1e-3, field


def test_noise_depends_on_seed_and_length_only() -> None:
    """The same seed gives the same noise; torch's own generator has no part in it, neither way."""
    torch.manual_seed(1)
    first = noise(5, 10, 8)
    state = torch.get_rng_state()
    torch.manual_seed(2)
    assert torch.equal(first, noise(5, 10, 8))
    assert not torch.equal(first, noise(6, 10, 8))
    torch.set_rng_state(state)
    noise(5, 10, 8)
    assert torch.equal(state, torch.get_rng_state())


def test_the_prompt_does_not_shift_the_noise(model: S2Mel, row: MakeRow) -> None:
    """Noise starts at the mel's own first frame, however long the prompt before it."""
    for prompt in (3, 30):
        x, made = Flow(model)._start([row(prompt, 11, 7)])
        assert torch.equal(noise(7, 11, 8), x[0, prompt:])
        assert 0 == float(x[0, :prompt].abs().max())
        assert [False] * prompt + [True] * 11 == made.flatten().tolist()


@pytest.mark.parametrize("steps", [1, 4, 10, 25])
def test_any_number_of_steps(model: S2Mel, row: MakeRow, steps: int) -> None:
    """Fewer steps are coarser, not broken; times run from 0 and the steps sum up to 1."""
    (mel,) = Flow(model).run([row(9, 11, 0)], steps)
    assert torch.isfinite(mel).all()
    times, deltas = schedule(steps)
    assert (steps, steps) == (len(times), len(deltas))
    assert 0.0 == float(times[0])
    assert 1.0 == pytest.approx(float(deltas.sum()))


def test_more_steps_converge(model: S2Mel, row: MakeRow) -> None:
    """Euler's error shrinks as steps are added."""
    mels = {steps: Flow(model).run([row(9, 11, 0)], steps)[0] for steps in (5, 20, 200)}
    assert float((mels[20] - mels[200]).abs().mean()) < 0.5 * float((mels[5] - mels[200]).abs().mean())


def test_bfloat16_runs(model: S2Mel, row: MakeRow) -> None:
    """With weights in bfloat16 a batch runs on a CPU and stays near the mel in float32."""
    half = deepcopy(model).to(torch.bfloat16)
    rows = [row(9, 11, 0), row(4, 20, 1)]
    for whole, mel in zip(Flow(model).run(rows, STEPS), Flow(half).run(rows, STEPS), strict=True):
        assert torch.float32 == mel.dtype
        assert float((whole - mel).abs().mean()) < 0.1 * float(whole.abs().mean())


def test_what_time_changes_is_computed_in_float32(model: S2Mel) -> None:
    """In bfloat16 scales and shifts are off by the rounding of the weights and of the result, not of every product."""
    rounded = deepcopy(model).to(torch.bfloat16)
    exact = deepcopy(rounded).float()
    times, _ = schedule(STEPS)
    for half, whole in zip(rounded.cfm.estimator.moments(times), exact.cfm.estimator.moments(times), strict=True):
        for part, expected in zip(half, whole, strict=True):
            assert torch.bfloat16 == part.dtype
            assert torch.equal(expected.to(torch.bfloat16), part)


def test_dilated_convolutions_are_exact_too(config: Config, row: MakeRow) -> None:
    """Where layers reach further than their neighbours, each reflects as far as it reaches."""
    torch.manual_seed(0)
    flow = Flow(S2Mel(replace(config, wavenet=replace(config.wavenet, dilation_rate=2)), 20))
    rows = [row(9, 11, 0), row(2, 3, 1)]
    for one, mel in zip(rows, flow.run(rows, STEPS), strict=True):
        _assert_same(flow.run([one], STEPS)[0], mel)


def test_nothing_gives_nothing(model: S2Mel) -> None:
    """No rows, no mels."""
    assert [] == Flow(model).run([], STEPS)
