"""Beam search as Hugging Face's `generate` has it, `early_stopping` off; sampled or deterministic."""

from collections.abc import Sequence

import torch
from torch import Tensor

from speech.indextts2.gpt.lanes import Lanes
from speech.indextts2.gpt.rows import Codes, Row
from speech.indextts2.gpt.sampling import DRAWS, candidates, draw
from speech.indextts2.gpt.search import Search

NEVER = -1e9
"""The score of what is no hypothesis."""


class Beams(Search):
    """Rows of several lanes, whose hypotheses are traced back through `parents` in the end.

    Of twice as many candidates as there are beams, those that do not stop go on and those that stop, if they are
    among the first half, compete for the finished ones; a row is done when the best that goes on scores less than
    the worst finished one.
    """

    def __init__(self, lanes: Lanes, beams: int, stop: int, *, greedy: bool) -> None:
        super().__init__(lanes, beams, stop)
        device, rows = lanes.codes.device, len(self.limit)
        self.greedy = greedy
        self.penalty = torch.zeros(rows, 1, device=device)
        self.running, self.finished = torch.zeros(2, rows, beams, device=device)
        self.parents = torch.zeros(rows, lanes.slots, beams, dtype=torch.int64, device=device)
        self.best = torch.zeros(rows, 3, dtype=torch.int64, device=device)  # the best finished: length, parent, code

    def begin(self, rows: Sequence[Row]) -> None:
        super().begin(rows)
        self.penalty[: len(rows), 0] = torch.tensor([row.sampling.length_penalty for row in rows])
        self.running.fill_(NEVER)
        self.running[:, 0] = 0  # at first all beams are the same, only one of them may count
        self.finished.fill_(NEVER)

    def move(self, source: int, target: int) -> None:
        super().move(source, target)
        for tensor in (self.penalty, self.running, self.finished, self.parents, self.best):
            tensor[target] = tensor[source]

    def pick(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        rows = len(logits) // self.beams
        scores, parents, codes = self._candidates(logits)
        stops = (codes == self.stop) | (self.lanes.count + 1 >= self.limit[:rows, None])
        length = (self.lanes.count + 1) ** self.penalty[:rows]
        self._finish(scores.masked_fill(~stops, NEVER) / length, parents, codes)

        running, index = scores.masked_fill(stops, NEVER).topk(self.beams)
        self.running[:rows] = running
        self.open[:rows] &= running[:, 0] / length[:, 0] > self.finished[:rows].amin(1)
        self.open[:rows] &= self.lanes.count + 1 < self.limit[:rows]
        parents, codes = parents.gather(1, index), codes.gather(1, index)
        self.parents[:rows].index_copy_(1, self.lanes.count, parents[:, None])
        lanes = parents + torch.arange(rows, device=parents.device)[:, None] * self.beams
        return codes.view(-1, 1), lanes.view(-1)

    def _candidates(self, logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The candidates' scores, the beams they go on from and their codes, all `[rows, DRAWS * beams]`."""
        lanes, beams = len(logits), self.beams
        found = candidates(logits.log_softmax(-1), self.lanes.seen[:lanes], self.knobs, self.width, 2)
        scores, codes = (x.view(-1, beams, self.width) for x in found)
        scores = (scores + self.running[: lanes // beams, :, None]).flatten(1)
        if self.greedy:
            scores, index = scores.topk(DRAWS * beams)
        else:
            uniforms = self.knobs.uniforms[:lanes].index_select(1, self.lanes.count).view(-1, DRAWS * beams)
            scores, drawn = draw_several(scores, uniforms)
            scores, order = scores.sort(descending=True, stable=True)
            index = drawn.gather(1, order)
        return scores, index // self.width, codes.flatten(1).gather(1, index)

    def _finish(self, scores: Tensor, parents: Tensor, codes: Tensor) -> None:
        """Let the candidates that stop, whose scores are not `NEVER`, take the places of worse finished ones."""
        rows, beams = len(scores), self.beams
        scores = scores[:, :beams].masked_fill(~self.open[:rows, None], NEVER)
        finished, index = torch.cat([self.finished[:rows], scores], dim=1).topk(beams)
        self.finished[:rows] = finished
        new = (index[:, :1] - beams).clamp(min=0)
        best = [self.lanes.count + 1 + torch.zeros_like(new), parents.gather(1, new), codes.gather(1, new)]
        self.best[:rows] = torch.where(index[:, :1] >= beams, torch.cat(best, dim=1), self.best[:rows])

    def result(self, row: int) -> Codes:
        length, lane, code = self.best[row].tolist()
        lanes = slice(row * self.beams, (row + 1) * self.beams)
        codes, parents = self.lanes.codes[lanes].tolist(), self.parents[row].tolist()
        trace = [(lane, code)]
        for step in range(length - 2, -1, -1):
            trace.append((parents[step][lane], codes[lane][step]))
            lane = parents[step][lane]
        finished = code == self.stop
        trace = trace[finished:][::-1]
        device = self.lanes.codes.device
        origin = torch.tensor([lane for lane, _ in trace], dtype=torch.int64, device=device)
        hidden = self.lanes.hidden[lanes][origin, torch.arange(len(trace), device=device)].float()
        return Codes(torch.tensor([code for _, code in trace], dtype=torch.int64, device=device), hidden, finished)


def draw_several(scores: Tensor, uniforms: Tensor) -> tuple[Tensor, Tensor]:
    """The scores and the indices of `n` candidates drawn without replacement from log-weights `[R, M]`.

    `uniforms [R, n]` in [0, 1). Where fewer than `n` have any weight, the rest of the scores is −inf.
    """
    weights = scores.softmax(-1)
    drawn, indices = [], []
    for uniform in uniforms.unbind(1):
        index = draw(weights, uniform[:, None])
        drawn.append(scores.gather(1, index))
        indices.append(index)
        weights = weights.scatter(1, index, 0.0)
        scores = scores.scatter(1, index, float("-inf"))
    return torch.cat(drawn, dim=1), torch.cat(indices, dim=1)
