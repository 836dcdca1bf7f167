from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest

from benchmarks.load.plan import CORES
from benchmarks.load.promises import Promise
from benchmarks.speed.part import Machine, Result
from benchmarks.speed.parts import PARTS, article
from benchmarks.speed.plan import Plan
from benchmarks.speed.visits import Visit

WITH_AVX512, WITHOUT = Machine(2, avx512=True), Machine(2, avx512=False)


def _window(callers: int, calls_per_s: float, **different: Any) -> Result:
    return {
        "callers": callers,
        "seconds": 10.0,
        "calls_per_s": calls_per_s,
        "goodput": 4 * calls_per_s,
        "wait_p50_s": callers / calls_per_s,
        "wait_p95_s": callers / calls_per_s,
        "outcomes": {"spoken": 10},
        "cpu_s": {"engine": 2.0, "redis": 0.01, "generator": 0.05 * CORES, "machine": 2.01 + 0.3 * CORES},
    } | different


def _visit(system: str, characters: int, levels: Sequence[Result], overload: Sequence[Result] = ()) -> Result:
    again = {"calls": 30, "spoken": 30, "wait_p50_s": 0.1}
    both = {"levels": [*levels], "overload": [*overload]}
    return {"system": system, "characters": characters, "audio_s": 4.0, "again": again, **both}


def _found(ours: float, deployed: float) -> Result:
    return {
        "visits": [
            _visit("deployed", 20, [_window(4, deployed), _window(16, deployed / 2)]),
            _visit("haoshuo", 20, [_window(4, ours / 2), _window(16, ours)], [_window(48, ours / 4)]),
        ]
    }


def _promises(found: Result, machine: Machine = WITH_AVX512) -> dict[str, Promise]:
    return {one.what: one for one in article.promises(found, machine)}


def _only(found: Result, *words: str, machine: Machine = WITH_AVX512) -> Promise:
    (one,) = [one for what, one in _promises(found, machine).items() if all(word in what for word in words)]
    return one


def test_it_is_a_part_of_the_benchmark() -> None:
    """By the name that the command line takes."""
    assert PARTS["article"] is article


@pytest.mark.parametrize(("ours", "kept"), [(16.1, True), (15.9, False)])
def test_the_best_of_both_are_compared(ours: float, kept: bool) -> None:  # noqa: FBT001 - a column of the table
    """Each at the number of callers where it does most."""
    for unit in ("calls/s", "audio s/s"):
        assert kept is _only(_found(ours, 10.0), "20 characters", "gunicorn", unit).kept


def test_a_slower_processor_has_a_smaller_target() -> None:
    """Without AVX-512 our vocoder gains less."""
    one = _only(_found(14.0, 10.0), "20 characters", "gunicorn", "calls/s", machine=WITHOUT)
    assert ("≥ 1.25", True) == (one.limit, one.kept)


@pytest.mark.parametrize(("ours", "kept"), [(7.2, True), (7.1, False)])
def test_waits_are_compared_at_the_same_number_of_callers(ours: float, kept: bool) -> None:  # noqa: FBT001 - as above
    """Of 16 callers, where the deployed form does 5 calls a second."""
    assert kept is _only(_found(ours, 10.0), "20 characters", "16 callers").kept


def test_what_was_not_measured_is_not_judged() -> None:
    """Neither kept nor broken."""
    assert _only(_found(16.0, 10.0), "80 characters", "app.run()", "calls/s").kept is None


def test_the_report_tells_every_window() -> None:
    """With its calls that were not spoken and the CPU of a call; the repeated text comes last."""
    found = _found(20.0, 10.0)
    found["visits"][0]["levels"][1]["outcomes"] = {"spoken": 10, "failed": 3}
    told = list(article.lines(found))
    assert "| the article's, gunicorn | 16 | 5 | 20 | 3.2 | 3.2 | 3 | engine 200.0, redis 1.0 | 0.5 % | 2.5 % |" in told
    assert "| Haoshuo | 48 | 5 | 20 | 9.6 | 9.6 | 0 | 0.25 |" in told
    assert "| Haoshuo | 30 | 30 | 100 |" == told[-1]


def test_the_report_says_how_many_times_as_much() -> None:
    """Beside each form."""
    told = list(article.lines(_found(20.0, 10.0)))
    assert "| 20 | the article's, gunicorn | 10 | 40 | 4 | 2 | 2 |" in told


def test_the_report_says_who_else_took_cpu() -> None:
    """A ratio of numbers from a busy machine is worth less."""
    found = _found(20.0, 10.0)
    found["visits"][1]["overload"][0]["cpu_s"] |= {"machine": 2.01 + 0.05 * CORES + 10.0 * CORES / 4}
    assert "What is no part of the benchmark took at most 25 % of the CPU in a window." in list(article.lines(found))


def test_there_is_a_line_for_each_system() -> None:
    """Audio by callers."""
    plot = article.plots(_found(20.0, 10.0))["article-20"]
    assert {"Haoshuo", "the article's, gunicorn"} == set(plot.series)
    assert [(4, 40.0), (16, 80.0)] == list(plot.series["Haoshuo"])


@pytest.mark.parametrize("quick", [True, False])
async def test_each_system_is_visited_alone(quick: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    """One is stopped before the next is started."""
    running: list[str] = []

    class Alone(AbstractContextManager[str]):
        def __init__(self, system: str) -> None:
            self.system = system

        def __enter__(self) -> str:
            running.append(self.system)
            return self.system

        def __exit__(self, *_: object) -> None:
            running.remove(self.system)

    async def visit(system: str, plan: Visit) -> Result:
        assert [system] == running == [plan.system]
        return {"system": system}

    monkeypatch.setattr(article, "_running", Alone)
    monkeypatch.setattr(article, "visit", visit)
    found = await article.measure(Plan(quick), lambda _line: None)
    expected = {"haoshuo", "deployed", "printed"} | (set() if quick else {"our vocoder"})
    assert expected == {one["system"] for one in found["visits"]}
