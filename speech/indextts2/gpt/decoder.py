"""Decodes many rows at once, each as if it were alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from speech.indextts2.batches import power_of_two, rectangles, round_up
from speech.indextts2.gpt.beams import Beams
from speech.indextts2.gpt.graphs import Graphs
from speech.indextts2.gpt.lanes import Lanes, Memory
from speech.indextts2.gpt.model import LATENTS, Gpt
from speech.indextts2.gpt.rows import Codes, Row, Sampling
from speech.indextts2.gpt.search import Sampler, Search

STRIDE = 4
"""Steps between two looks at which rows are done: a look waits for the device."""

MOST_LANES = 32
"""As many as Triton puts into a batch."""

SLOTS = 128
"""A format's lanes have a multiple of so many slots."""

QUARTERS = 4
"""Attention looks at a quarter, a half, three quarters or all of a lane: each is another graph."""

Kind = tuple[int, bool]
"""The number of beams, and whether their search is deterministic: rows of one kind are decoded together."""


def formats(area: int, longest: int, least: int = 1) -> list[tuple[int, int]]:
    """Lanes and slots that `area` slots may be divided into: from many short lanes to few of the `longest` row's slots.

    At least `least` lanes are that long, whatever `area` is.
    """
    found: list[tuple[int, int]] = []
    lanes = MOST_LANES
    while not found or found[-1][1] < longest:
        slots = longest if lanes <= least else min(area // lanes // SLOTS * SLOTS, longest)
        if slots:
            found.append((lanes, slots))
        lanes //= 2
    return found


class Decoder:
    """Not safe to share between threads.

    All its memory is taken at the start and stays: `area` slots, or as many as the longest row of `beams` needs. Rows
    that do not fit are decoded after the others.
    """

    def __init__(self, gpt: Gpt, area: int, beams: int = 1) -> None:
        self._gpt = gpt
        self._device = gpt.mel_head.weight.device
        self._graphs = Graphs(self._device)
        self._searches: dict[tuple[Lanes, Kind], Search] = {}
        longest = round_up(LATENTS + gpt.config.max_text_tokens + gpt.config.max_mel_tokens + 4 + STRIDE, SLOTS)
        found = formats(area, longest, power_of_two(beams))
        with torch.inference_mode():
            self.area = max(lanes * slots for lanes, slots in found)
            memory = Memory(gpt, self.area)
            self._formats = [Lanes(gpt, memory, lanes, slots) for lanes, slots in found]

    @property
    def graphs(self) -> int:
        """Recorded so far."""
        return len(self._graphs)

    @torch.inference_mode()
    def warm_up(self, sampling: Sampling) -> None:
        """Record every step that rows with this sampling may take, so that none is recorded while somebody waits.

        Where nothing is recorded, on a CPU, nothing is done.
        """
        if not self._graphs.records:
            return
        start = self._gpt.start()[None]
        for lanes in self._formats:
            search = self._search(lanes, _kind(sampling))
            search.begin([Row(start, 1, sampling, seed=0)])
            lanes.begin([start] * sampling.beams)
            for rows in (2**i for i in range((lanes.lanes // sampling.beams).bit_length())):
                for quarter in range(1, QUARTERS + 1):
                    lanes.count.fill_(1)
                    self._step(search, rows, quarter * lanes.slots // QUARTERS)

    @torch.inference_mode()
    def run(self, rows: Sequence[Row], cancelled: Callable[[int], bool] = lambda _: False) -> list[Codes | None]:
        """The rows' codes, in order; None for a row whose index is `cancelled`, which is asked every few steps.

        A row's result depends on nothing but the row. It has at most `max_mel_tokens - 1` codes, as upstream has it.
        """
        most = self._gpt.config.max_mel_tokens - 1
        kinds: dict[Kind, dict[int, Row]] = {}
        for index, row in enumerate(rows):
            kinds.setdefault(_kind(row.sampling), {})[index] = replace(row, max_codes=min(row.max_codes, most))
        results: dict[int, Codes] = {}
        for kind, alike in kinds.items():
            members, prefix = list(alike), max(len(row.prefix) for row in alike.values())
            sizes = [prefix + 1 + row.max_codes + STRIDE for row in alike.values()]
            for group in rectangles(sizes, partial(self._fits, kind)):
                results.update(self._decode(kind, {members[i]: alike[members[i]] for i in group}, cancelled))
        return [results.get(index) for index in range(len(rows))]

    def lanes(self, rows: int) -> int:
        """So many rows are computed for `rows`: on a GPU a power of two, so that there are few different graphs."""
        return rows if self._device.type == "cpu" else power_of_two(rows)

    def _fits(self, kind: Kind, rows: int, slots: int) -> bool:
        return self._format(kind, rows, slots) is not None

    def _format(self, kind: Kind, rows: int, slots: int) -> Lanes | None:
        """That of the shortest lanes in which so many rows have so many slots."""
        beams, _ = kind
        fitting = (f for f in self._formats if self.lanes(rows) * beams <= f.lanes and slots <= f.slots)
        return next(fitting, None)

    def _decode(
        self, kind: Kind, rows: Mapping[int, Row], cancelled: Callable[[int], bool]
    ) -> Iterator[tuple[int, Codes]]:
        active = [index for index in rows if not cancelled(index)]
        if not active:
            return
        search, slots = self._begin(kind, [rows[index] for index in active])
        quarter = search.lanes.slots // QUARTERS
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
                self._step(search, self.lanes(len(active)), round_up(slots, quarter))

    def _begin(self, kind: Kind, rows: Sequence[Row]) -> tuple[Search, int]:
        """Choose the first codes of the rows; how they go on, and how many slots they have filled."""
        beams, _ = kind
        filled = max(len(row.prefix) for row in rows) + 1
        lanes = self._format(kind, len(rows), filled + max(row.max_codes for row in rows) + STRIDE)
        if lanes is None:
            raise ValueError(f"{len(rows)} rows of {beams} beams do not fit")  # or one whose prefix is too long
        search = self._search(lanes, kind)
        search.begin(rows)
        x = lanes.begin([row.prefix for row in rows for _ in range(beams)])
        self._advance(search, x, torch.arange(filled, device=self._device), filled)
        return search, filled

    def _search(self, lanes: Lanes, kind: Kind) -> Search:
        if (lanes, kind) not in self._searches:
            (beams, greedy), stop = kind, self._gpt.config.stop_mel_token
            search = Sampler(lanes, 1, stop) if beams == 1 else Beams(lanes, beams, stop, greedy=greedy)
            self._searches[lanes, kind] = search
        return self._searches[lanes, kind]

    def _step(self, search: Search, rows: int, slots: int) -> None:
        """Choose the next code of each row; the cache's first `slots` are in use."""

        def step() -> None:
            lanes = search.lanes
            last = lanes.codes[: rows * search.beams].index_select(1, lanes.count - 1)
            self._advance(search, self._gpt.embed(last, lanes.count), lanes.origin + lanes.count, slots)

        self._graphs.run((search, search.width, rows, slots), step)

    def _advance(self, search: Search, x: Tensor, positions: Tensor, slots: int) -> None:
        """Give the rows `x [B, T, D]`, at the slots `positions [T]`, to the model and choose what follows the last."""
        lanes, count = search.lanes, len(x)
        states = self._gpt.states(x, lanes.view(count, slots), positions, lanes.mask(count, slots, positions))
        lanes.hidden[:count].index_copy_(1, lanes.count, states[:, -1:])
        code, order = search.pick(self._gpt.mel_head(states[:, -1]).float())
        if order is not None:
            lanes.reorder(order, slots)
        lanes.codes[:count].index_copy_(1, lanes.count, code)
        lanes.seen[:count].scatter_(1, code, True)  # noqa: FBT003  # torch's signature
        lanes.count += 1


def _kind(sampling: Sampling) -> Kind:
    return sampling.beams, sampling.beams > 1 and sampling.greedy
