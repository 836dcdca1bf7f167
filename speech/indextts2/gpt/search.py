"""How codes are chosen, step by step, in many rows at once."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor

from speech.indextts2.gpt.lanes import Lanes
from speech.indextts2.gpt.rows import Codes, Row
from speech.indextts2.gpt.sampling import Knobs, candidates, draw


class Search(ABC):
    """Rows of `beams` lanes each; as `Lanes`, tensors at addresses that stay."""

    def __init__(self, lanes: Lanes, beams: int, stop: int) -> None:
        device, rows = lanes.codes.device, lanes.lanes // beams
        self.lanes, self.beams, self.stop = lanes, beams, stop
        self.knobs = Knobs(lanes.lanes, lanes.slots, device)
        self.limit = torch.zeros(rows, dtype=torch.int64, device=device)
        self.open = torch.zeros(rows, dtype=torch.bool, device=device)  # rows that are not done
        self.width = 1

    def begin(self, rows: Sequence[Row]) -> None:
        self.width = self.knobs.begin(rows, self.lanes.seen.shape[1])
        self.limit[: len(rows)] = torch.tensor([row.max_codes for row in rows])
        self.open.fill_(True)  # noqa: FBT003  # torch has no keyword for it

    def move(self, source: int, target: int) -> None:
        """Row `target` becomes what row `source` is."""
        for beam in range(self.beams):
            self.lanes.move(source * self.beams + beam, target * self.beams + beam)
            self.knobs.move(source * self.beams + beam, target * self.beams + beam)
        for tensor in (self.limit, self.open):
            tensor[target] = tensor[source]

    @abstractmethod
    def pick(self, logits: Tensor) -> tuple[Tensor, Tensor | None]:
        """For `logits [B, V]` the next codes `[B, 1]`, and the lanes `[B]` that they go on from, None for their own."""

    @abstractmethod
    def result(self, row: int) -> Codes:
        """What has become of a row that is done; to be taken before it is moved away."""


class Sampler(Search):
    """One lane a row, one random number a step."""

    def pick(self, logits: Tensor) -> tuple[Tensor, None]:
        lanes, count = len(logits), self.lanes.count
        scores, codes = candidates(logits, self.lanes.seen[:lanes], self.knobs, self.width, 1)
        uniform = self.knobs.uniforms[:lanes].index_select(1, count)[:, 0, :1]
        code = codes.gather(1, draw(scores.softmax(-1), uniform))
        self.open[:lanes] &= (code[:, 0] != self.stop) & (count + 1 < self.limit[:lanes])
        return code, None

    def result(self, row: int) -> Codes:
        codes = self.lanes.codes[row, : int(self.limit[row])]
        stops = (codes == self.stop).nonzero()
        length = int(stops[0]) if len(stops) else len(codes)
        hidden = self.lanes.hidden[row, :length].to(torch.float32, copy=True)
        return Codes(codes[:length].clone(), hidden, finished=len(stops) > 0)
