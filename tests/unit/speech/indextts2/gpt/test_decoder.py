import copy
import dataclasses
import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from speech.indextts2.batches import power_of_two
from speech.indextts2.gpt import Codes, Decoder, Gpt, Row, Sampling
from speech.indextts2.gpt.decoder import QUARTERS, STRIDE, formats
from tests.unit.speech.indextts2.gpt.oracle import Oracle, draw_like_ours

Prefix = Callable[[int], Tensor]

AREA, BEAMS = 16 * 128, 3
"""Slots, in which 16 short rows have room or 4 of the longest; and the most beams of a row."""


@pytest.fixture(scope="module")
def oracle(gpt: Gpt) -> Oracle:
    return Oracle(gpt)


@pytest.fixture
def rows(prefix: Prefix) -> list[Row]:
    """Rows of every kind, that stop at different times or not at all."""
    flat = Sampling(temperature=1.5, top_k=0, top_p=1.0, repetition_penalty=1.1)
    return [
        Row(prefix(9), 40, Sampling(), seed=1),
        Row(prefix(23), 60, flat, seed=4),
        Row(prefix(5), 7, flat, seed=2),
        Row(prefix(40), 50, Sampling(greedy=True, repetition_penalty=1.3), seed=4),
        Row(prefix(9), 30, Sampling(beams=3, top_p=0.95), seed=4),
        Row(prefix(16), 60, Sampling(top_k=3, repetition_penalty=1.5), seed=4),
        Row(prefix(31), 40, Sampling(beams=3, greedy=True, repetition_penalty=1.5, length_penalty=1.0), seed=7),
        Row(prefix(9), 40, Sampling(temperature=1.2), seed=2),
        Row(prefix(12), 25, Sampling(beams=3, temperature=1.5, repetition_penalty=1.2), seed=5),
    ]


def _assert_same(expected: Codes | None, actual: Codes | None) -> None:
    assert expected is not None
    assert actual is not None
    assert expected.codes.tolist() == actual.codes.tolist()
    assert expected.finished == actual.finished
    torch.testing.assert_close(expected.hidden, actual.hidden, atol=1e-5, rtol=0)


@pytest.mark.parametrize("length", [6, 17, 33])
@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(greedy=True, repetition_penalty=1.0),
        Sampling(greedy=True),
        Sampling(),
        Sampling(temperature=1.5, top_k=0, top_p=1.0, repetition_penalty=1.0),
        Sampling(greedy=True, beams=3),
        Sampling(greedy=True, beams=3, repetition_penalty=1.2, length_penalty=1.0),
        Sampling(greedy=True, beams=2, repetition_penalty=1.0, length_penalty=0.5),
        Sampling(beams=3),
        Sampling(beams=3, temperature=1.3, top_k=0, top_p=1.0, repetition_penalty=1.2, length_penalty=1.0),
    ],
    ids=str,
)
def test_codes_are_hugging_faces(
    gpt: Gpt, oracle: Oracle, prefix: Prefix, monkeypatch: pytest.MonkeyPatch, length: int, sampling: Sampling
) -> None:
    """Greedy, sampled, by beams or both: token for token what `generate` gives with the same random numbers."""
    row = Row(prefix(length), 40, sampling, seed=length)
    (codes,) = Decoder(gpt, AREA, BEAMS).run([row])
    assert codes is not None
    if not sampling.greedy:
        draw_like_ours(monkeypatch, row)
    assert oracle.codes(row) == codes.codes.tolist()


def test_beams_that_finish_one_after_another_compete_as_hugging_faces(gpt: Gpt, prefix: Prefix) -> None:
    """Where hypotheses stop early and long ones are favoured, a row ends when, and with what, `generate` does."""
    gpt = _biased(gpt, 2.0)
    sampling = Sampling(greedy=True, beams=3, repetition_penalty=1.3, length_penalty=2.0)
    rows = [Row(prefix(length), 25, sampling, seed=0) for length in range(4, 12)]
    oracle = Oracle(gpt)
    assert [oracle.codes(row) for row in rows] == [
        codes and codes.codes.tolist() for codes in Decoder(gpt, AREA, BEAMS).run(rows)
    ]


def test_hidden_states_need_no_second_pass(gpt: Gpt, oracle: Oracle, rows: list[Row]) -> None:
    """The states kept while decoding are those of one causal pass over prefix and codes, whatever was searched."""
    for row, codes in zip(rows, Decoder(gpt, AREA, BEAMS).run(rows), strict=True):
        assert codes is not None
        assert (len(codes.codes), gpt.config.model_dim) == codes.hidden.shape
        torch.testing.assert_close(oracle.hidden(row, codes.codes), codes.hidden, atol=1e-5, rtol=0)


@pytest.mark.parametrize("size", [2, 3, 9])
def test_a_row_is_the_same_in_any_company(gpt: Gpt, rows: list[Row], size: int) -> None:
    """Rows decoded singly, and shuffled into batches of any size: the same codes and states, with sampling on."""
    decoder = Decoder(gpt, AREA, BEAMS)
    singly = [Decoder(gpt, AREA, BEAMS).run([row])[0] for row in rows]
    lengths = [len(codes.codes) for codes in singly if codes]
    assert len(set(lengths)) > 5, "the rows are to stop at different times"
    assert {True, False} == {codes.finished for codes in singly if codes}
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(size)).tolist()
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        for index, codes in zip(batch, decoder.run([rows[index] for index in batch]), strict=True):
            _assert_same(singly[index], codes)


def test_rows_that_only_fill_a_bucket_change_nothing(
    gpt: Gpt, rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Computing more rows than there are, as on a GPU, leaves those that there are as they were."""
    expected = Decoder(gpt, AREA, BEAMS).run(rows)
    monkeypatch.setattr(Decoder, "lanes", lambda _, count: power_of_two(count))
    decoder = Decoder(gpt, AREA, BEAMS)
    for _ in range(2):
        for before, after in zip(expected, decoder.run(rows), strict=True):
            _assert_same(before, after)


def test_a_seed_makes_a_difference(gpt: Gpt, prefix: Prefix) -> None:
    """The same row with another seed is said otherwise, and with the same seed the same."""
    sampling = Sampling(temperature=1.5, top_p=1.0)
    first, second, third = Decoder(gpt, AREA, BEAMS).run([Row(prefix(9), 30, sampling, seed) for seed in (1, 2, 1)])
    assert first is not None
    assert second is not None
    assert first.codes.tolist() != second.codes.tolist()
    _assert_same(first, third)


def test_rows_that_are_done_are_computed_no_more(gpt: Gpt, prefix: Prefix, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch shrinks as rows stop, within a few steps, and ends with the last."""
    sizes = []
    states = Gpt.states

    def spy(self: Gpt, x: Tensor, *arguments: Any) -> Tensor:
        sizes.append(len(x))
        return states(self, x, *arguments)

    monkeypatch.setattr(Gpt, "states", spy)
    Decoder(_biased(gpt, -1e4), AREA, BEAMS).run([Row(prefix(9), limit, Sampling(), seed=0) for limit in (21, 1, 9, 9)])
    assert [4] + [3] * 2 * STRIDE + [1] * 3 * STRIDE == sizes


def _biased(gpt: Gpt, stop: float) -> Gpt:
    """The same model with another inclination to stop."""
    gpt = copy.deepcopy(gpt)
    gpt.mel_head.bias[gpt.config.stop_mel_token] = stop
    return gpt


@pytest.mark.parametrize("beams", [1, 3])
@pytest.mark.parametrize("limit", [1, 2, 30])
def test_a_runaway_ends_at_its_limit(gpt: Gpt, prefix: Prefix, beams: int, limit: int) -> None:
    """A row that never stops has exactly `max_codes` codes and says that it is not finished."""
    (codes,) = Decoder(_biased(gpt, -1e4), AREA, BEAMS).run([Row(prefix(9), limit, Sampling(beams=beams), seed=0)])
    assert codes is not None
    assert limit == len(codes.codes)
    assert not codes.finished


@pytest.mark.parametrize("beams", [1, 3])
def test_no_limit_is_beyond_the_model(gpt: Gpt, prefix: Prefix, beams: int) -> None:
    """However many codes are allowed, they end before the model has no more positions, as upstream."""
    (codes,) = Decoder(_biased(gpt, -1e4), AREA, BEAMS).run([Row(prefix(9), 10**9, Sampling(beams=beams), seed=0)])
    assert codes is not None
    assert gpt.config.max_mel_tokens - 1 == len(codes.codes)


@pytest.mark.parametrize("beams", [1, 3])
def test_a_row_may_have_no_codes(gpt: Gpt, prefix: Prefix, beams: int) -> None:
    """A stop at once is an empty, finished row."""
    (codes,) = Decoder(_biased(gpt, 1e4), AREA, BEAMS).run([Row(prefix(9), 20, Sampling(beams=beams), seed=0)])
    assert codes is not None
    assert ([], (0, gpt.config.model_dim), True) == (codes.codes.tolist(), codes.hidden.shape, codes.finished)


def test_no_rows_are_no_work(gpt: Gpt) -> None:
    """An empty batch gives an empty list."""
    assert [] == Decoder(gpt, AREA, BEAMS).run([])


def test_a_cancelled_row_leaves_and_changes_no_other(gpt: Gpt, rows: list[Row]) -> None:
    """Rows cancelled before the start or on the way are None; all others are what they were."""
    gpt = _biased(gpt, -1e4)
    expected = Decoder(gpt, AREA, BEAMS).run(rows)
    asked = [0] * len(rows)

    def cancelled(index: int) -> bool:
        asked[index] += 1
        return index == 0 or (index in (3, 6) and asked[index] > 2)

    actual = Decoder(gpt, AREA, BEAMS).run(rows, cancelled)
    assert [0, 3, 6] == [index for index, codes in enumerate(actual) if codes is None]
    assert (1, 3, 3) == (asked[0], asked[3], asked[6])
    for index in set(range(len(rows))) - {0, 3, 6}:
        _assert_same(expected[index], actual[index])


def test_when_all_is_cancelled_nothing_is_computed(gpt: Gpt, rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch whose rows are all cancelled costs nothing more."""
    steps = []
    monkeypatch.setattr(Gpt, "states", lambda *_: steps.append(1))
    assert [None] * len(rows) == Decoder(gpt, AREA, BEAMS).run(rows, lambda _: True)
    assert not steps


def test_memory_is_taken_once(gpt: Gpt, rows: list[Row]) -> None:
    """Whatever was decoded: everything lies where it lay, in as much memory as was asked for."""
    decoder = Decoder(gpt, AREA, BEAMS)
    addresses = {lanes.cache[0].data_ptr() for lanes in decoder._formats}
    decoder.run(rows)
    assert addresses == {lanes.cache[0].data_ptr() for lanes in decoder._formats}
    assert 1 == len(addresses)
    size = decoder._formats[0].cache[0].untyped_storage().nbytes()
    assert AREA * 2 * gpt.config.model_dim * 4 == size


def test_memory_is_divided_as_rows_need_it() -> None:
    """Many short lanes, or few long ones, and in any memory one that holds the longest row."""
    assert [(32, 512), (16, 1024), (8, 2048), (4, 2560)] == formats(17119, 2560)
    assert [(32, 384)] == formats(10**6, 384)
    assert [(4, 128), (2, 256), (1, 640)] == formats(600, 640)
    assert [(4, 640)] == formats(100, 640, least=4)


def test_rows_go_together_as_far_as_memory_goes(gpt: Gpt, prefix: Prefix, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen short rows do, eight longer ones, four of the longest; those that have no room come after."""
    batches = []
    begin = Decoder._begin

    def watched(self: Decoder, kind: tuple[int, bool], rows: list[Row]) -> Any:
        batches.append(len(rows))
        return begin(self, kind, rows)

    monkeypatch.setattr(Decoder, "_begin", watched)
    for length, codes, expected in ((9, 20, [16, 4]), (9, 190, [8, 8, 4]), (60, 199, [4] * 5)):
        batches.clear()
        Decoder(gpt, AREA).run([Row(prefix(length), codes, Sampling(), seed) for seed in range(20)])
        assert expected == batches


class FakeGraphs:
    """Says what would be recorded."""

    def __init__(self) -> None:
        self.records = True
        self.keys: set[Any] = set()

    def run(self, key: Any, step: Callable[[], None]) -> None:
        self.keys.add(key)
        step()


def test_nothing_is_recorded_while_somebody_waits(gpt: Gpt, prefix: Prefix, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step that 500 rows of mixed lengths take in batches of any size was recorded at the start."""
    monkeypatch.setattr(Decoder, "lanes", lambda _, count: power_of_two(count))
    decoder, graphs = Decoder(gpt, AREA), FakeGraphs()
    decoder._graphs = graphs  # type: ignore[assignment]  # a fake
    decoder.warm_up(Sampling())
    recorded = set(graphs.keys)
    lanes = [lanes.lanes for lanes in decoder._formats]
    assert [16, 8, 4] == lanes
    assert QUARTERS * (5 + 4 + 3) == len(recorded)
    chance = random.Random(0)
    total = 0
    while total < 500:
        rows = [
            Row(prefix(chance.randint(1, 60)), chance.randint(1, 190), Sampling(), seed)
            for seed in range(chance.randint(1, 32))
        ]
        assert None not in decoder.run(rows)
        total += len(rows)
    assert recorded == graphs.keys


def test_what_was_in_the_memory_before_does_not_matter(gpt: Gpt, rows: list[Row]) -> None:
    """Not even NaN, which a masked slot would pass on."""
    decoder = Decoder(gpt, AREA, BEAMS)
    expected = decoder.run(rows)
    with torch.inference_mode():
        for lanes in decoder._formats:
            for tensor in (*lanes.cache, lanes.hidden):
                tensor.fill_(float("nan"))
    for before, after in zip(expected, decoder.run(rows), strict=True):
        _assert_same(before, after)


def test_half_precision_decodes(gpt: Gpt, rows: list[Row]) -> None:
    """In bfloat16 the codes are codes, and the states are given as float32."""
    half = Gpt(gpt.config, gpt.emovec_layer.in_features)
    half.load_state_dict(gpt.state_dict())
    for row, codes in zip(rows, Decoder(half.to(torch.bfloat16), AREA, BEAMS).run(rows), strict=True):
        assert codes is not None
        assert torch.float32 == codes.hidden.dtype
        assert len(codes.codes) <= row.max_codes
        assert ((codes.codes >= 0) & (codes.codes < gpt.config.number_mel_codes)).all()


class _Recordable(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's
    """Refuses what a CUDA graph cannot hold: waiting for the device, or copying from the host."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket._qualified_op_name
        refused = {"aten::_local_scalar_dense", "aten::nonzero", "aten::masked_select", "aten::lift_fresh"}
        assert name not in refused, f"{name} in a recorded step"
        return func(*args, **(kwargs or {}))


def test_a_step_can_be_recorded(gpt: Gpt, rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    """A step never waits for the device nor reads the host's memory, and one key means the same addresses."""
    decoder = Decoder(gpt, AREA, BEAMS)
    keys: dict[Any, list[int]] = {}

    def run(key: Any, step: Callable[[], None]) -> None:
        search = key[0]
        lanes = search.lanes
        held = [*vars(lanes).values(), *vars(search).values(), *vars(search.knobs).values(), *lanes.cache]
        addresses = [tensor.data_ptr() for tensor in held if isinstance(tensor, Tensor)]
        assert keys.setdefault(key, addresses) == addresses
        with _Recordable():  # type: ignore[no-untyped-call]  # torch's
            step()

    expected = Decoder(gpt, AREA, BEAMS).run(rows)
    monkeypatch.setattr(decoder._graphs, "run", run)
    for _ in range(2):
        for before, after in zip(expected, decoder.run(rows), strict=True):
            _assert_same(before, after)
    assert len(keys) > 5


def test_rows_are_left_as_they_are(gpt: Gpt, rows: list[Row]) -> None:
    """Decoding writes nothing into a row's prefix."""
    before = [dataclasses.replace(row, prefix=row.prefix.clone()) for row in rows]
    Decoder(gpt, AREA, BEAMS).run(rows)
    assert all(torch.equal(old.prefix, row.prefix) for old, row in zip(before, rows, strict=True))
