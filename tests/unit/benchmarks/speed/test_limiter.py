import pytest

from benchmarks.speed.deciding import most_in_window
from benchmarks.speed.part import Machine
from benchmarks.speed.parts import limiter

MACHINE = Machine(cores=2, avx512=True)


@pytest.mark.parametrize(
    ("times", "expected"),
    [([], 0), ([1.0], 1), ([0.0, 1.9, 2.0], 2), ([0.0, 1.8, 1.9, 2.1, 3.7], 4), ([5.0, 1.0, 5.5], 2)],
)
def test_windows_lie_anywhere(times: list[float], expected: int) -> None:
    """The most in any two seconds, wherever they begin; the end is not in them."""
    assert expected == most_in_window(times, 2.0)


def _found(accepted: int, wrong: int, edge: int) -> dict[str, object]:
    speed = [{"at_once": 1, "per_s": 6660.4, "p50_s": 0.00014, "p99_s": 0.0003}]
    return {
        "speed": speed,
        "article": speed[0],
        "exact": {"one user": {"callers": 500, "accepted": accepted}, "many users": {"users": 500, "wrong": wrong}},
        "edge": {"haoshuo": edge, "article": 19},
    }


@pytest.mark.parametrize(
    ("accepted", "wrong", "edge", "kept"),
    [(10, 0, 10, [True] * 3), (11, 1, 11, [False] * 3), (9, 0, 9, [False, True, True])],
)
def test_exact_is_neither_more_nor_less(accepted: int, wrong: int, edge: int, kept: list[bool]) -> None:
    """Exactly the limit is let in, for one user and for many; about the end of a window never more."""
    assert kept == [promise.kept for promise in limiter.promises(_found(accepted, wrong, edge), MACHINE)]


def test_the_report_shows_both_limiters() -> None:
    """Decisions a second as whole numbers, and what either let in about the end of a window."""
    lines = list(limiter.lines(_found(10, 0, 10)))
    assert "| Haoshuo | 1 | 6660 | 0.14 | 0.3 |" in lines
    assert any("Haoshuo let in 10, the article's limit 19" in line for line in lines)
