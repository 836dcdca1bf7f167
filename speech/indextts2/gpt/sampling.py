"""Choosing codes as Hugging Face's `generate` does, but each lane by its own settings and random numbers."""

from collections.abc import Sequence

import torch
from torch import Tensor

from speech.indextts2.gpt.rows import Row, Sampling

DRAWS = 2
"""Random numbers a lane and step: a beam search draws twice as many candidates as it has beams."""


class Knobs:
    """The lanes' settings, `[lanes, 1]`, and their random numbers, `[lanes, steps, DRAWS]`, at addresses that stay."""

    def __init__(self, lanes: int, steps: int, device: torch.device) -> None:
        self.penalty, self.temperature, self.top_p = torch.ones(3, lanes, 1, device=device)
        self.top_k = torch.ones(lanes, 1, dtype=torch.int64, device=device)
        self.uniforms = torch.zeros(lanes, steps, DRAWS, device=device)

    def begin(self, rows: Sequence[Row], codes: int) -> int:
        """Set the lanes of the rows, of which there are `codes` different codes; the largest `top_k` among them."""
        settings = [_settings(row.sampling, codes) for row in rows for _ in range(row.sampling.beams)]
        knobs = (self.penalty, self.temperature, self.top_p, self.top_k)
        for knob, values in zip(knobs, zip(*settings, strict=True), strict=True):
            knob[: len(settings), 0] = torch.tensor(values, dtype=knob.dtype)
        lane = 0
        for row in rows:
            beams = row.sampling.beams
            # on the CPU, so that a seed gives the same numbers everywhere
            generator = torch.Generator().manual_seed(row.seed)
            uniforms = torch.rand(row.max_codes, beams, DRAWS, generator=generator)
            self.uniforms[lane : lane + beams, : row.max_codes] = uniforms.transpose(0, 1).to(self.uniforms.device)
            lane += beams
        return max(int(top_k) for _, _, _, top_k in settings)

    def move(self, source: int, target: int) -> None:
        for tensor in (self.penalty, self.temperature, self.top_p, self.top_k, self.uniforms):
            tensor[target] = tensor[source]


def _settings(sampling: Sampling, codes: int) -> tuple[float, float, float, int]:
    """Penalty, temperature, top-p and top-k as they are to be applied."""
    if sampling.greedy:
        return sampling.repetition_penalty, 1.0, float("inf"), 1 if sampling.beams == 1 else DRAWS * sampling.beams
    top_p = sampling.top_p if sampling.top_p < 1 else float("inf")
    top_k = max(sampling.top_k or codes, 1 if sampling.beams == 1 else 2)
    return sampling.repetition_penalty, sampling.temperature, top_p, min(top_k, codes)


def candidates(scores: Tensor, seen: Tensor, knobs: Knobs, width: int, fewest: int) -> tuple[Tensor, Tensor]:
    """The codes that may follow, best first: their scores, −inf for those filtered out, and they, both `[B, width]`.

    `scores [B, V]` are logits or log-probabilities; `seen [B, V]` is true for the codes to be penalised (Keskar et
    al., 2019, as `RepetitionPenaltyLogitsProcessor`); temperature, top-k and top-p follow in Hugging Face's order, and
    `fewest` codes are left at least.
    """
    lanes = len(scores)
    penalty, temperature = knobs.penalty[:lanes], knobs.temperature[:lanes]
    scores = torch.where(seen, torch.where(scores < 0, scores * penalty, scores / penalty), scores)
    scores, codes = (scores / temperature).topk(width)
    rank = torch.arange(width, device=scores.device)
    scores = scores.masked_fill(rank >= knobs.top_k[:lanes], float("-inf"))
    probabilities = scores.softmax(-1)
    likelier = probabilities.cumsum(-1) - probabilities
    return scores.masked_fill((likelier >= knobs.top_p[:lanes]) & (rank >= fewest), float("-inf")), codes


def draw(probabilities: Tensor, uniform: Tensor) -> Tensor:
    """Indices `[B, 1]` drawn from rows `[B, K]` that need not sum to 1, by inverting their cumulative distributions.

    With one number of [0, 1) a row, `uniform [B, 1]`, rounding errors hardly ever change the result.
    """
    cumulative = probabilities.cumsum(-1)
    total = cumulative[:, -1:]
    index = (cumulative <= uniform * total).sum(-1, keepdim=True)
    places = torch.arange(probabilities.shape[1], device=probabilities.device)
    last = (places * (probabilities > 0)).amax(-1, keepdim=True)  # that may be drawn, however the sums were rounded
    return torch.minimum(index, last)
