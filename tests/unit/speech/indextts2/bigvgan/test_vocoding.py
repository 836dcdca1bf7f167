import random
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from speech.indextts2.bigvgan import BigVgan, vocode
from speech.indextts2.bigvgan.vocoding import WIDTHS, Piece, plan, plan_of_few_shapes, warm_up

MakeMel = Callable[..., Tensor]
REACH = 27


@torch.inference_mode()
def _alone(model: BigVgan, mel: Tensor) -> Tensor:
    waveform: Tensor = model(mel.T[None])[0]
    assert waveform.abs().max() < 1
    return waveform


def _assert_same(expected: Tensor, actual: Tensor) -> None:
    assert expected.shape == actual.shape
    assert float((expected - actual).abs().max()) < 1e-6


@pytest.mark.parametrize("few_shapes", [False, True])
@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (3, 0, 4, 2, 1), (2, 4), (1,)])
def test_a_batch_is_exactly_its_rows(quick: BigVgan, mel: MakeMel, order: tuple[int, ...], *, few_shapes: bool) -> None:
    """Mels of mixed lengths, some shorter than what a sample depends on, in any company and order."""
    mels = [mel(frames, seed) for seed, frames in enumerate((90, 55, 160, 7, 1))]
    waveforms = vocode(quick, [mels[i] for i in order], few_shapes=few_shapes)
    for i, waveform in zip(order, waveforms, strict=True):
        _assert_same(_alone(quick, mels[i]), waveform)


def test_padded_mels_are_exactly_alone(quick: BigVgan, mel: MakeMel) -> None:
    """Where short mels are padded to go together, their ends are as if there were no padding."""
    mels = [mel(frames, frames) for frames in range(56, 70, 2)]
    batches = plan([len(one) for one in mels], quick.config.reach)
    assert any(piece.end - piece.start < piece.width for batch in batches for piece in batch)
    for one, waveform in zip(mels, vocode(quick, mels), strict=True):
        _assert_same(_alone(quick, one), waveform)


@pytest.mark.parametrize("window", [108, 120, 200])
def test_pieces_are_exactly_the_whole(quick: BigVgan, mel: MakeMel, window: int) -> None:
    """A long mel in pieces gives the samples of the mel in one piece, with shorter mels beside it too."""
    mels = [mel(250, 1), mel(60, 2), mel(130, 3)]
    for some in (mels[:1], mels):
        for one, waveform in zip(some, vocode(quick, some, window=window, at_once=2 * window), strict=False):
            _assert_same(_alone(quick, one), waveform)


def test_a_cut_in_reach_would_be_seen(quick: BigVgan, mel: MakeMel) -> None:
    """The frames next to a sample do matter: a plan with too little overlap is not exact."""
    one = mel(120)
    whole = _alone(quick, one)[60 * quick.config.hop :]
    errors = []
    for overlap in (10, quick.config.reach):
        part = _alone(quick, one[60 - overlap :])[overlap * quick.config.hop :]
        errors.append(float((whole - part).abs().max()))
    assert errors[0] > 1e-4
    assert errors[1] < 1e-6


@pytest.mark.parametrize(
    "lengths", [[1], [54], [55], [1023], [1025, 40], [3000], [1024, 1024], [100, 300, 5, 2000, 600, 54]]
)
@pytest.mark.parametrize("make", [plan, plan_of_few_shapes])
def test_a_plan_covers_every_frame_once(lengths: list[int], make: Callable[..., list[list[Piece]]]) -> None:
    """Kept frames follow each other without gap; each is out of reach of its piece's cuts and padding."""
    pieces = [piece for batch in make(lengths, REACH) for piece in batch]
    for row, length in enumerate(lengths):
        mine = [piece for piece in pieces if piece.row == row]
        assert [*range(length)] == [frame for piece in mine for frame in range(piece.first, piece.last)]
        for piece in mine:
            assert 0 <= piece.start <= piece.first < piece.last <= piece.end <= length
            assert piece.start == 0 or piece.first - piece.start >= REACH
            assert (
                piece.end - piece.start == piece.width == piece.end
                or piece.end - piece.last >= REACH
                or (piece.last == length and piece.end - piece.start == piece.width)
            )
            assert piece.width <= 1024


def test_a_lone_mel_wastes_nothing() -> None:
    """A mel that fits into one piece is one piece of its own length."""
    ((piece,),) = plan([400], REACH)
    assert (0, 400, 0, 400, 400) == (piece.start, piece.end, piece.first, piece.last, piece.width)


def test_short_mels_go_together() -> None:
    """Sixteen short mels of different lengths are a body and a tail batch, not sixteen."""
    assert 2 == len(plan([65 + i for i in range(16)], REACH))


def test_long_mels_waste_little() -> None:
    """Sixteen sentences of 2 to 9 s cost at most a quarter more than their frames."""
    lengths = [200 + 37 * i for i in range(16)]
    planned = sum(piece.width for batch in plan(lengths, REACH) for piece in batch)
    assert planned <= 1.25 * sum(lengths)


@pytest.mark.parametrize(("window", "at_once"), [(128, 128), (512, 2048), (1024, 512)])
def test_a_plan_keeps_to_its_bounds(window: int, at_once: int) -> None:
    """No piece is wider than the window; no batch has more frames than allowed, but for a piece wider than that."""
    for batch in plan([3000, 110, 70, 700, 500, 5, 109], REACH, window, at_once):
        assert len({piece.width for piece in batch}) == 1
        assert batch[0].width <= window
        assert len(batch) == 1 or len(batch) * batch[0].width <= at_once


def test_nothing_gives_nothing(quick: BigVgan) -> None:
    """No mels, no waveforms."""
    assert [] == vocode(quick, [])


def test_shapes_are_few(quick: BigVgan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is spoken meets only what the warm-up has met, but for mels of less than 64 frames."""
    shapes: set[tuple[int, ...]] = set()
    monkeypatch.setattr(BigVgan, "forward", lambda model, mel: _counted(model, mel, shapes))
    warm_up(quick)
    met = set(shapes)
    assert len(met) < 32
    chance = random.Random(0)
    for _ in range(200):
        lengths = [chance.randint(WIDTHS[0], 3000) for _ in range(chance.randint(1, 32))]
        vocode(quick, [torch.zeros(length, quick.config.num_mels) for length in lengths], few_shapes=True)
    assert shapes == met


def _counted(model: BigVgan, mel: Tensor, shapes: set[tuple[int, ...]]) -> Tensor:
    shapes.add(tuple(mel.shape))
    return torch.zeros(len(mel), mel.shape[2] * model.config.hop)


def test_few_shapes_waste_little() -> None:
    """Sixteen sentences of 2 to 9 s cost at most 1.6 times their frames."""
    lengths = [200 + 37 * i for i in range(16)]
    planned = sum(piece.width for batch in plan_of_few_shapes(lengths, REACH) for piece in batch)
    assert planned <= 1.6 * sum(lengths)
