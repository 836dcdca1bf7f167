"""Mel spectrograms by conditional flow matching (Lipman et al., 2023, arXiv:2210.02747), rows together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from speech.indextts2.batches import rectangles, round_up
from speech.indextts2.s2mel.dit import Moment, Rows
from speech.indextts2.s2mel.model import S2Mel

GUIDANCE = 0.7

FRAME_VALUES = 25_000
"""Numbers that are held of a frame at full size with guidance: an estimate from the widths."""


def frame_bytes(model: S2Mel) -> int:
    """About what a frame of a row, its prompt's frames too, takes while its mel is made."""
    return FRAME_VALUES * model.cfm.estimator.conv1.weight.element_size()


@dataclass(frozen=True)
class MelRow:
    """One mel to make; its prompt is the recording whose voice it continues."""

    condition: Tensor
    """`[T, C]`, of the frames to make."""

    prompt_condition: Tensor
    """`[Tp, C]`."""

    prompt_mel: Tensor
    """`[n_mels, Tp]`."""

    style: Tensor
    """`[style]`."""

    seed: int

    @property
    def frames(self) -> int:
        """Of prompt and mel together."""
        return len(self.prompt_condition) + len(self.condition)


def noise(seed: int, frames: int, mels: int) -> Tensor:
    """Where a row starts `[frames, mels]`; drawn on the CPU, so that no device and no neighbour changes it."""
    return torch.randn(frames, mels, generator=torch.Generator().manual_seed(seed))


class Flow:
    """Euler's method with classifier-free guidance (Ho & Salimans, 2022, arXiv:2207.12598).

    A row's mel is the same in any batch: it differs by the rounding of matrix products only.
    """

    def __init__(self, model: S2Mel, area: float = math.inf, bucket: int = 1) -> None:
        """Rows together have at most `area` frames, but for one that has more by itself; the others come after.

        They are padded to multiples of `bucket` frames, so that a compiled estimator sees few shapes.
        """
        self._estimator = model.cfm.estimator
        self._area, self._bucket = area, bucket

    @torch.inference_mode()
    def run(self, rows: Sequence[MelRow], steps: int, guidance: float = GUIDANCE) -> list[Tensor]:
        """A mel `[T, n_mels]` in float32 for each row; `guidance` 0 takes half the time and follows the voice less."""
        mels: dict[int, Tensor] = {}
        for group in rectangles([round_up(row.frames, self._bucket) for row in rows], self._fits):
            mels |= zip(group, self._together([rows[index] for index in group], steps, guidance), strict=True)
        return [mels[index] for index in range(len(rows))]

    def _fits(self, rows: int, frames: int) -> bool:
        return rows * frames <= self._area

    def _together(self, rows: Sequence[MelRow], steps: int, guidance: float) -> list[Tensor]:
        x, made = self._start(rows)
        prepared = self._prepared(rows, x.shape[1], guided=guidance > 0)
        times, deltas = schedule(steps)
        for moment, delta in zip(self._estimator.moments(times.to(x.device)), deltas.tolist(), strict=True):
            # Not a product: in half precision what lies beyond a row might be no number.
            x = (x + delta * self._velocity(x, prepared, moment, guidance)).masked_fill(~made, 0)
        return [x[i, len(row.prompt_condition) : row.frames] for i, row in enumerate(rows)]

    def _velocity(self, x: Tensor, rows: Rows, moment: Moment, guidance: float) -> Tensor:
        """The state stays in float32: only the estimator computes in the precision of its weights."""
        inputs = x.to(rows.conditions.dtype)
        if guidance <= 0:
            alone: Tensor = self._estimator(inputs, rows, moment)
            return alone.float()
        both: Tensor = self._estimator(torch.cat([inputs, inputs]), rows, moment)
        guided, free = both.float().chunk(2)
        return (1 + guidance) * guided - guidance * free

    def _start(self, rows: Sequence[MelRow]) -> tuple[Tensor, Tensor]:
        """The noise `[B, T, n_mels]`, zero in the prompts and beyond the rows, and where it is not `[B, T, 1]`."""
        mels, device = self._estimator.mels, self._estimator.conv1.weight.device
        x = torch.zeros(len(rows), round_up(max(row.frames for row in rows), self._bucket), mels)
        made = torch.zeros(*x.shape[:2], 1, dtype=torch.bool)
        for i, row in enumerate(rows):
            span = slice(len(row.prompt_condition), row.frames)
            x[i, span] = noise(row.seed, len(row.condition), mels)
            made[i, span] = True
        return x.to(device), made.to(device)

    def _prepared(self, rows: Sequence[MelRow], frames: int, *, guided: bool) -> Rows:
        """The rows as the estimator takes them; with guidance followed by the same rows without any condition."""
        weight = self._estimator.conv1.weight
        width = self._estimator.cond_projection.in_features
        content = weight.new_zeros(len(rows), frames, width)
        prompt = weight.new_zeros(len(rows), frames, self._estimator.mels)
        for i, row in enumerate(rows):
            split = len(row.prompt_condition)
            content[i, :split] = row.prompt_condition
            content[i, split : row.frames] = row.condition
            prompt[i, :split] = row.prompt_mel.T
        style = torch.stack([row.style.to(weight) for row in rows])
        lengths = torch.tensor([row.frames for row in rows], device=weight.device)
        if guided:
            lengths = lengths.repeat(2)
            prompt, content, style = (torch.cat([part, torch.zeros_like(part)]) for part in (prompt, content, style))
        return self._estimator.rows(prompt, content, style, lengths)


def schedule(steps: int) -> tuple[Tensor, Tensor]:
    """Times `[steps]` and the way to the next; times are summed up as upstream does, whose last digits they follow."""
    deltas = torch.linspace(0, 1, steps + 1).diff()
    times = torch.cat([torch.zeros(1), deltas.cumsum(0)[:-1]])
    return times, deltas
