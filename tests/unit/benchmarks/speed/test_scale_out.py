from typing import Any

import pytest

from benchmarks.speed.part import Machine
from benchmarks.speed.parts import scale_out
from benchmarks.speed.parts.scale_out import INSTANT, INSTANT_ONE_API, ONE_API, ONE_TRITON, TWO_TRITONS, Setup

MACHINE = Machine(cores=2, avx512=True)


def _found(goodput: dict[Setup, float]) -> dict[str, Any]:
    window = {
        "callers": 16,
        "seconds": 12.0,
        "calls_per_s": 1.0,
        "outcomes": {"spoken": 12},
        "late": 0,
        "wait_p95_s": 1.0,
        "cpu_s": {},
    }
    return {"setups": [window | {"label": setup.label, "goodput": audio} for setup, audio in goodput.items()]}


@pytest.mark.parametrize(
    ("two_tritons", "one_api", "kept"),
    [(72.0, 68.5, [True, True]), (71.0, 71.0, [False, True]), (76.0, 71.0, [True, False])],
)
def test_the_ratios_are_judged(two_tritons: float, one_api: float, kept: list[bool]) -> None:
    """Two Tritons must make 1.8 times one's speech, and one process of the api 95 % of what two make of them."""
    found = _found({ONE_TRITON: 40.0, TWO_TRITONS: two_tritons, ONE_API: one_api})
    assert kept == [promise.kept for promise in scale_out.promises(found, MACHINE)]


def test_setups_have_names_of_their_own() -> None:
    """The report finds a window by its setup's name."""
    setups = (ONE_TRITON, TWO_TRITONS, ONE_API, INSTANT, INSTANT_ONE_API)
    assert len(setups) == len({setup.label for setup in setups})


def test_the_instant_model_is_told_only_where_it_was_measured() -> None:
    """The quick plan leaves it out."""
    slow = {ONE_TRITON: 40.0, TWO_TRITONS: 80.0, ONE_API: 80.0}
    assert "times as many" not in "\n".join(scale_out.lines(_found(slow)))
    whole = slow | {INSTANT: 120.0, INSTANT_ONE_API: 100.0}
    assert "Two then make 1.20 times as many calls as one." in list(scale_out.lines(_found(whole)))
