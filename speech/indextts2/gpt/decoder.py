"""Decodes many rows at once, each as if it were alone."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from speech.indextts2.gpt.beams import Beams
from speech.indextts2.gpt.graphs import Graphs
from speech.indextts2.gpt.lanes import Lanes
from speech.indextts2.gpt.model import Gpt
from speech.indextts2.gpt.rows import Codes, Row
from speech.indextts2.gpt.search import Sampler, Search

STRIDE = 4
"""Steps between two looks at which rows are done: a look waits for the device."""

SLOTS = 128
"""The cache is allocated, and attention looks at it, in multiples of so many slots."""

Kind = tuple[int, bool]
"""The number of beams, and whether their search is deterministic: rows of one kind are decoded together."""


class Decoder:
    """Not safe to share between threads. Its memory grows to the most that was needed, and stays.

    But it never grows beyond `area`, lanes times slots, unless a batch by itself needs more: then what is there gives
    way to just that.
    """

    def __init__(self, gpt: Gpt, area: float = math.inf) -> None:
        self._gpt = gpt
        self._area = area
        self._device = gpt.mel_head.weight.device
        self._graphs = Graphs(self._device)
        self._searches: dict[Kind, Search] = {}
        with torch.inference_mode():
            self._lanes = Lanes(gpt, 0, 0)

    @torch.inference_mode()
    def run(self, rows: Sequence[Row], cancelled: Callable[[int], bool] = lambda _: False) -> list[Codes | None]:
        """The rows' codes, in order; None for a row whose index is `cancelled`, which is asked every few steps.

        A row's result depends on nothing but the row. It has at most `max_mel_tokens - 1` codes, as upstream has it.
        """
        longest = self._gpt.config.max_mel_tokens - 1
        groups: dict[Kind, dict[int, Row]] = {}
        for index, row in enumerate(rows):
            kind = (row.sampling.beams, row.sampling.beams > 1 and row.sampling.greedy)
            groups.setdefault(kind, {})[index] = replace(row, max_codes=min(row.max_codes, longest))
        results = {
            index: codes for kind, group in groups.items() for index, codes in self._decode(kind, group, cancelled)
        }
        return [results.get(index) for index in range(len(rows))]

    @torch.inference_mode()
    def reserve(self, lanes: int, slots: int) -> None:
        """Have memory for so many lanes (rows times beams) of so many slots (prefix and codes)."""
        slots = _multiple(slots)
        if lanes > self._lanes.lanes or slots > self._lanes.slots:
            most = max(lanes, self._lanes.lanes), max(slots, self._lanes.slots)
            lanes, slots = most if most[0] * most[1] <= self._area else (lanes, slots)
            self._graphs.clear()
            self._searches.clear()
            self._lanes = Lanes(self._gpt, 0, 0)  # the old memory goes before the new comes
            self._lanes = Lanes(self._gpt, lanes, slots)

    def _decode(
        self, kind: Kind, rows: Mapping[int, Row], cancelled: Callable[[int], bool]
    ) -> Iterator[tuple[int, Codes]]:
        active = [index for index in rows if not cancelled(index)]
        if not active:
            return
        search, slots = self._begin(kind, [rows[index] for index in active])
        while active:
            going = search.open[: len(active)].tolist()
            yield from ((active[place], search.result(place)) for place, goes in enumerate(going) if not goes)
            stay = [place for place, goes in enumerate(going) if goes and not cancelled(active[place])]
            holes = [place for place in range(len(stay)) if place not in stay]
            for hole, place in zip(holes, stay[len(stay) - len(holes) :], strict=True):
                search.move(place, hole)
                active[hole] = active[place]
            del active[len(stay) :]
            for _ in range(STRIDE if active else 0):
                slots += 1
                self._step(search, self.lanes(len(active)), _multiple(slots))

    def _begin(self, kind: Kind, rows: Sequence[Row]) -> tuple[Search, int]:
        """Choose the first codes of the rows; how they go on, and how many slots they have filled."""
        beams, greedy = kind
        filled = max(len(row.prefix) for row in rows) + 1
        self.reserve(self.lanes(len(rows)) * beams, filled + max(row.max_codes for row in rows) + STRIDE)
        if kind not in self._searches:
            stop = self._gpt.config.stop_mel_token
            self._searches[kind] = (
                Sampler(self._lanes, 1, stop) if beams == 1 else Beams(self._lanes, beams, stop, greedy=greedy)
            )
        search = self._searches[kind]
        search.begin(rows)
        x = self._lanes.begin([row.prefix for row in rows for _ in range(beams)])
        self._advance(search, x, torch.arange(filled, device=self._device), _multiple(filled))
        return search, filled

    def _step(self, search: Search, rows: int, slots: int) -> None:
        """Choose the next code of each row; the cache's first `slots` are in use."""

        def step() -> None:
            state = self._lanes
            last = state.codes[: rows * search.beams].index_select(1, state.count - 1)
            self._advance(search, self._gpt.embed(last, state.count), state.origin + state.count, slots)

        self._graphs.run((search, search.width, rows, slots), step)

    def _advance(self, search: Search, x: Tensor, positions: Tensor, slots: int) -> None:
        """Give the rows `x [B, T, D]`, at the slots `positions [T]`, to the model and choose what follows the last."""
        state, lanes = self._lanes, len(x)
        states = self._gpt.states(x, state.view(lanes, slots), positions, state.mask(lanes, slots, positions))
        state.hidden[:lanes].index_copy_(1, state.count, states[:, -1:])
        code, order = search.pick(self._gpt.mel_head(states[:, -1]).float())
        if order is not None:
            state.reorder(order, slots)
        state.codes[:lanes].index_copy_(1, state.count, code)
        state.seen[:lanes].scatter_(1, code, True)  # noqa: FBT003  # torch's signature
        state.count += 1

    def lanes(self, rows: int) -> int:
        """So many rows are computed for `rows`: on a GPU a power of two, so that there are few different graphs."""
        return rows if self._device.type == "cpu" else 1 << (rows - 1).bit_length()


def _multiple(slots: int) -> int:
    return -(-slots // SLOTS) * SLOTS
