from typing import Any

import pytest

from benchmarks.load.promises import judge

REFUSALS = {"count": 9, "edge_p95_s": 0.02, "with_retry_after": 9}

GOOD: dict[str, Any] = {
    "overload of short texts": {
        "ratios": {"3×": 0.99, "10×": 0.96},
        "refusals": REFUSALS,
        "outcomes": {"spoken": 40, "refused": 9},
        "late": 0,
    },
    "fairness": {
        "idle": {"wait_p95_s": 0.3},
        "segment": {"wait_p95_s": 1.0},
        "floods": {
            "1": {"wait_p95_s": 1.5, "outcomes": {"spoken": 25}},
            "10": {"wait_p95_s": 1.59, "outcomes": {"spoken": 25}},
        },
    },
    "slow readers": {"budget_mb": 128, "growth_mb": 100.0, "answers_begun": 12},
    "restarts": {"overload of short texts": [], "frozen": ["triton"]},
    "frozen": {"triton": {"found_s": 12.0}, "nginx": {"found_s": 15.0}},
}


def _with(scenario: str, **changes: Any) -> dict[str, Any]:
    return GOOD | {scenario: GOOD[scenario] | changes}


def test_what_holds_is_kept() -> None:
    """A run in which everything holds breaks no promise, and each scenario is judged."""
    assert {True} == {promise.kept for promise in judge(GOOD)}
    assert len(judge(GOOD)) == 5 + 4 + 1 + 1 + 2


FLOOD = {"wait_p95_s": 1.0, "outcomes": {"spoken": 25}}


@pytest.mark.parametrize(
    ("broken", "results"),
    [
        ("10× the callers", _with("overload of short texts", ratios={"3×": 0.99, "10×": 0.94})),
        (
            "a refusal at the edge",
            _with("overload of short texts", refusals={**REFUSALS, "edge_p95_s": 0.11}),
        ),
        ("with Retry-After", _with("overload of short texts", refusals={**REFUSALS, "with_retry_after": 8})),
        ("failed or were late", _with("overload of short texts", outcomes={"spoken": 40, "failed": 1})),
        ("failed or were late", _with("overload of short texts", late=1)),
        ("10 flooding: wait", _with("fairness", floods={"10": {**FLOOD, "wait_p95_s": 1.61}})),
        ("10 flooding: calls refused", _with("fairness", floods={"10": {**FLOOD, "outcomes": {"refused": 1}}})),
        ("growth of an api process", _with("slow readers", growth_mb=129.0)),
        ("restarted by overload", _with("restarts", fairness=["api-1"])),
        ("triton frozen", _with("frozen", triton={"found_s": 15.1})),
        ("triton frozen", _with("frozen", triton={"found_s": None})),
    ],
)
def test_what_does_not_hold_is_broken(broken: str, results: dict[str, Any]) -> None:
    """Each number beyond its limit breaks its own promise and no other."""
    assert [broken in promise.what for promise in judge(results) if not promise.kept] == [True]


@pytest.mark.parametrize(
    ("unknown", "results"),
    [
        ("goodput", _with("overload of short texts", ratios={"3×": None})),
        ("a refusal at the edge", _with("overload of short texts", refusals={**REFUSALS, "edge_p95_s": None})),
        ("growth", _with("slow readers", answers_begun=0)),
        ("wait", _with("fairness", idle={"wait_p95_s": None})),
    ],
)
def test_what_was_not_measured_is_not_judged(unknown: str, results: dict[str, Any]) -> None:
    """Neither kept nor broken: without a refusal nobody knows how quick one is."""
    unjudged = [promise.what for promise in judge(results) if promise.kept is None]
    assert unjudged
    assert all(unknown in what for what in unjudged)


def test_a_scenario_that_is_missing_is_not_mentioned() -> None:
    """What was left out for time promises nothing."""
    assert judge({}) == []


def test_the_limit_of_fairness_is_computed_from_the_idle_stack() -> None:
    """Twice the idle wait and a segment's time."""
    (promise,) = [one for one in judge(GOOD) if "10 flooding: wait" in one.what]
    assert ("≤ 1.6 s", "1.59 s") == (promise.limit, promise.measured)
