"""Mels of any length to waveforms: in batches that waste little and bounded memory, exactly as one by one."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from speech.indextts2.bigvgan.model import BigVgan

WINDOW = 1024
"""The most frames of a mel that are vocoded in one piece: 12 s."""

AT_ONCE = 2048
"""The most frames in a batch of pieces."""

GRIDS = (1, 32, 64, 128, 256)
"""Widths may be rounded up to multiples of one of these, so that more pieces are alike."""

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
def vocode(model: BigVgan, mels: Sequence[Tensor], window: int = WINDOW, at_once: int = AT_ONCE) -> list[Tensor]:
    """Waveforms `[T * hop]` in float32, −1…1, of log mels `[T, n_mels]`, T ≥ 1.

    A piece is cut so that the frames which are kept either lie `reach` frames from the cut or at the mel's own end,
    and pieces of one width go through the model together: a row's samples are the same in any company.
    """
    waveforms = [torch.empty(len(mel) * model.config.hop, device=mel.device) for mel in mels]
    for batch in plan([len(mel) for mel in mels], model.config.reach, window, at_once):
        for piece, samples in zip(batch, _samples(model, mels, batch), strict=True):
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
        plans.append(_batches(pieces, at_once))
    return min(plans, key=lambda batches: sum(FORWARD + len(batch) * batch[0].width for batch in batches))


def _cut(row: int, length: int, reach: int, window: int, grid: int) -> list[Piece]:
    tail = 2 * reach
    if length <= tail:
        return [Piece(row, 0, length, 0, length, length)]
    count = math.ceil((length - tail) / (window - tail))
    width = min(math.ceil((math.ceil((length - tail) / count) + tail) / grid) * grid, window)
    if length < width:  # what padding spoils at the end is made once more, without it
        body = Piece(row, 0, length, 0, length - reach, width)
        return [body, Piece(row, length - tail, length, length - reach, length, tail)]
    starts = [*range(0, length - width, width - tail), length - width]
    ends = [*(start + width - reach for start in starts[:-1]), length]
    return [
        Piece(row, start, start + width, first, last, width)
        for start, first, last in zip(starts, [0, *ends], ends, strict=False)
    ]


def _batches(pieces: Sequence[Piece], at_once: int) -> list[list[Piece]]:
    alike = defaultdict(list)
    for piece in pieces:
        alike[piece.width].append(piece)
    return [
        group[i : i + size]
        for width, group in alike.items()
        for size in [max(1, at_once // width)]
        for i in range(0, len(group), size)
    ]


def _samples(model: BigVgan, mels: Sequence[Tensor], batch: Sequence[Piece]) -> list[Tensor]:
    weight = model.conv_pre.weight
    padded = weight.new_zeros(len(batch), batch[0].width, model.config.num_mels)
    for i, piece in enumerate(batch):
        padded[i, : piece.end - piece.start] = mels[piece.row][piece.start : piece.end]
    waveforms = model(padded.transpose(1, 2)).float()
    hop = model.config.hop
    return [
        waveforms[i, (piece.first - piece.start) * hop : (piece.last - piece.start) * hop]
        for i, piece in enumerate(batch)
    ]
