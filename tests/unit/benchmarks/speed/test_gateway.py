from typing import Any

import pytest

from benchmarks.speed.part import Machine
from benchmarks.speed.parts import gateway

MACHINE = Machine(cores=2, avx512=True)


def _found(
    p50: float = 5.0, p99: float = 12.0, refused: int = 0, profile: dict[str, int] | None = None
) -> dict[str, Any]:
    outcomes = {"spoken": 100, **({"refused": refused} if refused else {})}
    window = {"callers": 16, "calls_per_s": 200.0, "wait_p50_s": 0.08, "wait_p95_s": 0.1, "outcomes": outcomes}
    cpu_s = {"nginx": 0.05, "api": 0.4, "redis": 0.02, "triton": 0.08, "generator": 0.3}
    return {
        "open": [window],
        "waits": {"HTTPS": {"calls": 100, "p50": p50, "p99": p99}, "gRPC": {"calls": 90, "p50": 2.0, "p99": 3.0}},
        "steps_ms": {"the edge": 0.5},
        "saturated": [window | {"cpu_s": cpu_s}],
        "profile": profile,
    }


@pytest.mark.parametrize(("p50", "p99", "kept"), [(6.0, 18.0, True), (6.1, 18.0, False), (6.0, 18.1, False)])
def test_what_the_path_adds_is_judged(p50: float, p99: float, kept: bool) -> None:  # noqa: FBT001 - a row of the table
    """At most 4 ms more than bare gRPC's 2 at the median and 15 more than its 3 at the 99th percentile."""
    assert kept == all(promise.kept for promise in gateway.promises(_found(p50, p99), MACHINE))


def test_a_refusal_breaks_the_promise() -> None:
    """Calls that the gateway turns away at the open loop's rate would make it look cheap."""
    *_, lost = gateway.promises(_found(refused=3), MACHINE)
    assert ("3", False) == (lost.measured, lost.kept)


def test_cpu_is_of_one_call() -> None:
    """Milliseconds of each service a spoken call, and how many calls a second one core of the api makes."""
    assert "| 16 | 200 | 2 | 80 | 100 | 0.5 | 4 | 0.2 | 0.8 | 3 | 250 |" in list(gateway.lines(_found(refused=2)))


def test_the_profile_is_in_shares() -> None:
    """Of all samples that were counted."""
    text = "\n".join(gateway.lines(_found(profile={"event loop": 30, "metrics": 10})))
    assert "| event loop | 75% |\n| metrics | 25% |" in text
    assert "by 40 samples" in text


@pytest.mark.parametrize("profile", [None, {}])
def test_a_profile_that_could_not_be_taken_is_said_to_be_missing(profile: dict[str, int] | None) -> None:
    """Without py-spy, or where it may not look, the report says so and where it is looked for."""
    text = "\n".join(gateway.lines(_found(profile=profile)))
    assert "was not sampled" in text
    assert ".local/py-spy/bin" in text
