"""Mels of any length to waveforms: in batches that waste little and bounded memory, exactly as one by one."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from speech.indextts2.batches import power_of_two
from speech.indextts2.bigvgan.model import BigVgan

WINDOW = 1024
"""The most frames of a mel that are vocoded in one piece: 12 s."""

AT_ONCE = 2048
"""The most frames in a batch of pieces."""

GRIDS = (1, 32, 64, 128, 256)
"""Widths may be rounded up to multiples of one of these, so that more pieces are alike."""

WIDTHS = (64, 128, 192, 256, 384, 512, 768, 1024)
"""On a GPU pieces are as wide as one of these and batches a power of two of them: cuDNN has to choose its kernels anew
for each shape, which takes longer than to run them."""

FORWARD = 128
"""What a batch costs before its first frame, in frames: an estimate of a GPU's time to launch the kernels."""


@dataclass(frozen=True)
class Piece:
    """Frames `start` to `end` of a mel, padded to `width`; of their samples, those of `first` to `last` are kept."""

    row: int
    start: int
    end: int
    first: int
    last: int
    width: int


@torch.inference_mode()
def vocode(
    model: BigVgan,
    mels: Sequence[Tensor],
    window: int = WINDOW,
    at_once: int = AT_ONCE,
    *,
    few_shapes: bool | None = None,
) -> list[Tensor]:
    """Waveforms `[T * hop]` in float32, −1…1, of log mels `[T, n_mels]`, T ≥ 1.

    A piece is cut so that the frames which are kept either lie `reach` frames from the cut or at the mel's own end,
    and pieces of one width go through the model together: a row's samples are the same in any company. They are of
    few shapes (see `WIDTHS`, then `window` is theirs) or as they come; unless it is said, of few on a GPU.
    """
    waveforms = [torch.empty(len(mel) * model.config.hop, device=mel.device) for mel in mels]
    lengths, reach = [len(mel) for mel in mels], model.config.reach
    few = model.conv_pre.weight.is_cuda if few_shapes is None else few_shapes
    for batch in plan_of_few_shapes(lengths, reach, at_once) if few else plan(lengths, reach, window, at_once):
        count = power_of_two(len(batch)) if few else len(batch)
        for piece, samples in zip(batch, _samples(model, mels, batch, count), strict=True):
            span = slice(piece.first * model.config.hop, piece.last * model.config.hop)
            waveforms[piece.row][span] = samples
    return waveforms


def plan(lengths: Sequence[int], reach: int, window: int = WINDOW, at_once: int = AT_ONCE) -> list[list[Piece]]:
    """Batches of pieces of one width each: either few batches or little padding, whichever costs less.

    `window` is at least four times `reach`.
    """
    plans = []
    for grid in GRIDS:
        pieces = [piece for row, length in enumerate(lengths) for piece in _cut(row, length, reach, window, grid)]
        plans.append(_batches(pieces, lambda width, _: max(1, at_once // width)))
    return min(plans, key=lambda batches: sum(FORWARD + len(batch) * batch[0].width for batch in batches))


def plan_of_few_shapes(lengths: Sequence[int], reach: int, at_once: int = AT_ONCE) -> list[list[Piece]]:
    """Batches of pieces without padding, of as few different shapes as there can be: see `WIDTHS`.

    A mel is covered by pieces of one width, which overlap; one shorter than all of `WIDTHS` is a piece by itself.
    """
    pieces = []
    for row, length in enumerate(lengths):
        covers = [_covering(row, length, reach, width) for width in WIDTHS if 2 * reach < width <= length]
        pieces += min(covers, key=_frames, default=[Piece(row, 0, length, 0, length, length)])
    return _batches(pieces, lambda width, count: _together(width, count, at_once))


@torch.inference_mode()
def warm_up(model: BigVgan, at_once: int = AT_ONCE) -> None:
    """Meet every shape that `plan_of_few_shapes` makes, so that none is new while somebody waits."""
    weight = model.conv_pre.weight
    for width in WIDTHS:
        for count in (2**i for i in range((at_once // width).bit_length())):
            model(weight.new_zeros(count, model.config.num_mels, width))


def _frames(pieces: Iterable[Piece]) -> int:
    return sum(piece.width for piece in pieces)


def _together(width: int, count: int, at_once: int) -> int:
    """So many pieces go together: all, if filling them up to a power of two costs little, else the one below."""
    most = max(1, at_once // width)
    above = power_of_two(count)
    if above <= most and (above - count) * width <= FORWARD:
        return count
    return 1 << min(count, most).bit_length() - 1


def _cut(row: int, length: int, reach: int, window: int, grid: int) -> list[Piece]:
    tail = 2 * reach
    if length <= tail:
        return [Piece(row, 0, length, 0, length, length)]
    count = math.ceil((length - tail) / (window - tail))
    width = min(math.ceil((math.ceil((length - tail) / count) + tail) / grid) * grid, window)
    if length < width:  # what padding spoils at the end is made once more, without it
        body = Piece(row, 0, length, 0, length - reach, width)
        return [body, Piece(row, length - tail, length, length - reach, length, tail)]
    return _covering(row, length, reach, width)


def _covering(row: int, length: int, reach: int, width: int) -> list[Piece]:
    starts = [*range(0, length - width, width - 2 * reach), length - width]
    ends = [*(start + width - reach for start in starts[:-1]), length]
    return [
        Piece(row, start, start + width, first, last, width)
        for start, first, last in zip(starts, [0, *ends], ends, strict=False)
    ]


def _batches(pieces: Sequence[Piece], size: Callable[[int, int], int]) -> list[list[Piece]]:
    """Of each width batches of the `size` that is right for it and for how many pieces are left."""
    alike = defaultdict(list)
    for piece in pieces:
        alike[piece.width].append(piece)
    batches = []
    for width, group in alike.items():
        while group:
            count = size(width, len(group))
            batches.append(group[:count])
            del group[:count]
    return batches


def _samples(model: BigVgan, mels: Sequence[Tensor], batch: Sequence[Piece], count: int) -> list[Tensor]:
    """Those that are kept of each piece; `count` rows are computed."""
    weight = model.conv_pre.weight
    padded = weight.new_zeros(count, batch[0].width, model.config.num_mels)
    for i, piece in enumerate(batch):
        padded[i, : piece.end - piece.start] = mels[piece.row][piece.start : piece.end]
    waveforms = model(padded.transpose(1, 2)).float()
    hop = model.config.hop
    return [
        waveforms[i, (piece.first - piece.start) * hop : (piece.last - piece.start) * hop]
        for i, piece in enumerate(batch)
    ]
