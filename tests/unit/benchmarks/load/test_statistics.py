import pytest

from benchmarks.load.records import Record
from benchmarks.load.statistics import Window, capacity, goodput, honesty, percentile, spread, summary

WINDOW = Window("peak", 2, 100.0, 110.0, {"api": 5.0})


def _spoken(began: float, ended: float, audio_s: float = 10.0) -> Record:
    return Record("polite", 20, began, ended, 200, audio_s=audio_s)


@pytest.mark.parametrize(
    ("audio_per_s", "record"),
    [
        (1.0, _spoken(101, 103)),
        (0.5, _spoken(95, 105)),
        (0.5, _spoken(105, 115)),
        (0.5, _spoken(95, 115)),
        (0.0, _spoken(80, 99)),
        (0.0, _spoken(110, 120)),
    ],
)
def test_goodput_counts_the_share_inside(audio_per_s: float, record: Record) -> None:
    """Of a call that reaches over the edge of the window, only the share of its time inside."""
    assert audio_per_s == goodput([record], WINDOW)


def test_only_complete_speech_is_goodput() -> None:
    """Refused, failed and cut answers add nothing."""
    records = [Record("polite", 20, 101, 102, status) for status in (200, 429, 502, 503, 504)]
    assert goodput(records, WINDOW) == 0.0


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 10.0), (0.95, 19.0), (1.0, 20.0)])
def test_percentiles_are_values_that_were_measured(share: float, value: float) -> None:
    """By nearest rank."""
    assert value == percentile(map(float, range(1, 21)), share)


def test_there_is_no_percentile_of_nothing() -> None:
    """No number is invented where nothing was measured."""
    assert percentile([], 0.95) is None


@pytest.mark.parametrize(
    ("callers", "levels"),
    [
        (4, {1: 10.0, 2: 20.0, 4: 39.5, 8: 40.0}),
        (8, {4: 39.0, 8: 40.0}),
        (1, {1: 40.0, 2: 30.0}),
        (1, {1: 0.0, 2: 0.0}),
    ],
)
def test_capacity_is_the_fewest_callers_near_the_peak(callers: int, levels: dict[int, float]) -> None:
    """98 % of the peak are enough."""
    assert callers == capacity(levels)


def test_spread() -> None:
    """The difference between the peaks, as a share of their mean."""
    assert [0.2, 0.0] == [spread([9.0, 11.0]), spread([0.0, 0.0])]


def test_a_summary_counts_what_ended_in_the_window() -> None:
    """Counts, waits and refusals are of calls that ended inside; a long one before it is not among them."""
    records = [
        _spoken(101, 103),
        _spoken(40, 105),
        _spoken(90, 95),
        Record("polite", 20, 104, 104.1, 503, "overloaded", retry_after_s=3.0, edge_s=0.02),
        Record("polite", 20, 105, 109, 504, "synthesis_timeout"),
    ]
    found = summary(records, WINDOW)
    assert {"spoken": 2, "refused": 1, "failed": 1} == found["outcomes"]
    assert {"200": 2, "503 overloaded": 1, "504 synthesis_timeout": 1} == found["codes"]
    assert (1, 65, 0.2) == (found["late"], found["wait_p95_s"], found["calls_per_s"])
    assert {
        "count": 1,
        "edge_p95_s": 0.02,
        "with_retry_after": 1,
        "retry_after_s": [3.0, 3.0, 3.0],
        "different_retry_afters": 1,
    } == found["refusals"]


def test_honesty_is_of_first_tries_after_the_pause() -> None:
    """Let in is what was not refused again, also if it failed later."""
    again = [Record("polite", 20, 101, 101.1, status, again=True) for status in (200, 503, 502)]
    assert {"retries": 3, "let_in": 2} == honesty([*again, Record("polite", 20, 101, 101.1, 503)])
