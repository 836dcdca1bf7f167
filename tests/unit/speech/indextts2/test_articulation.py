from collections.abc import Callable, Sequence

import pytest
import torch

from speech.indextts2.articulation import OTHER_SEED, Articulation, longest
from speech.indextts2.gpt import Codes, Row, Sampling


class FakeDecoder:
    """Speaks as many codes as the seed says; a seed of 0 never comes to an end."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def run(self, rows: Sequence[Row], cancelled: Callable[[int], bool]) -> list[Codes | None]:
        self.batches.append([row.seed for row in rows])
        return [None if cancelled(i) else self._codes(row) for i, row in enumerate(rows)]

    def _codes(self, row: Row) -> Codes:
        count = row.seed or row.max_codes
        return Codes(torch.arange(count), torch.zeros(count, 1), finished=row.seed != 0)


def _row(seed: int, codes: int = 90) -> Row:
    return Row(torch.zeros(10, 1), codes, Sampling(), seed)


@pytest.fixture
def decoder() -> FakeDecoder:
    return FakeDecoder()


def _articulation(decoder: FakeDecoder) -> Articulation:
    return Articulation(decoder)  # type: ignore[arg-type]  # a fake


def test_a_runaway_has_a_second_try(decoder: FakeDecoder) -> None:
    """A row that does not end is spoken once more with another seed, alone; the others are not."""
    spoken = _articulation(decoder).run({1: _row(0), 2: _row(30)}, lambda _: False)
    assert [[0, 30], [OTHER_SEED]] == decoder.batches
    assert spoken[1].finished
    assert 30 == len(spoken[2].codes)


def test_a_second_runaway_is_known(decoder: FakeDecoder) -> None:
    """What does not end the second time either is not tried again, and says so."""
    spoken = _articulation(decoder).run({1: _row(OTHER_SEED, codes=50), 2: _row(0)}, lambda _: False)
    assert OTHER_SEED == len(spoken[1].codes)
    decoder.batches.clear()
    decoder._codes = lambda row: Codes(torch.arange(row.max_codes), torch.zeros(1), finished=False)  # type: ignore[method-assign]
    assert not _articulation(decoder).run({1: _row(3)}, lambda _: False)[1].finished
    assert [[3], [3 ^ OTHER_SEED]] == decoder.batches


def test_the_cancelled_are_asked_by_their_own_keys(decoder: FakeDecoder) -> None:
    """Wherever a row stands in a batch."""
    spoken = _articulation(decoder).run({key: _row(key) for key in (7, 8, 9)}, lambda key: key == 8)
    assert {7, 9} == set(spoken)


def test_the_guard_leaves_room() -> None:
    """A short text has two seconds to spare, and each token 0.4 s."""
    assert 120 == longest(1)
    assert 2500 == longest(120)
