from datetime import UTC, datetime, timedelta

import pytest

from healthcheck.planned import PATIENCE, Plan, Planner, Usage

START = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
LATER = START + timedelta(hours=2)
PLAN = Plan(memory_mb=4000, gpu_memory_mb=20000)


def test_a_plan_of_nothing_is_empty() -> None:
    """Without a limit and an hour nothing is ever due."""
    assert Plan().empty
    assert "" == Planner(Plan(), START).due(Usage(10**6, 10**6), LATER)


@pytest.mark.parametrize(
    ("usage", "reason"),
    [
        (Usage(4000, 20000), ""),
        (Usage(4001, 0), "memory 4001 MiB, over 4000 MiB"),
        (Usage(0, 20001), "GPU memory 20001 MiB, over 20000 MiB"),
    ],
)
def test_memory_over_its_limit_is_a_reason(usage: Usage, reason: str) -> None:
    """What is over the limit is named with both numbers; what is just at it is not."""
    assert reason == Planner(PLAN, START).due(usage, LATER)


def test_a_limit_set_too_low_is_no_loop() -> None:
    """Between two restarts for memory, and after the start, passes an hour."""
    planner = Planner(PLAN, START)
    times = [START + timedelta(minutes=10 * step) for step in range(20)]
    assert [60, 120, 180] == [(now - START).seconds // 60 for now in times if planner.due(Usage(9999), now)]


def test_an_hour_comes_once_a_day() -> None:
    """The restart is due when the hour strikes, once, and not for the hour that was before the start."""
    planner = Planner(Plan(hour=20), START)
    times = [START + timedelta(minutes=30 * step) for step in range(2 * 48)]
    due = [now for now in times if planner.due(Usage(), now)]
    assert [datetime(2026, 11, 24, 20, tzinfo=UTC), datetime(2026, 11, 25, 20, tzinfo=UTC)] == due


def test_it_waits_for_a_moment_when_nobody_waits() -> None:
    """A restart that is due is put off while requests queue, but not for ever."""
    busy = Usage(9999, waiting=3)
    planner = Planner(PLAN, START)
    assert "" == planner.due(busy, LATER)
    assert planner.due(Usage(9999), LATER + timedelta(seconds=5))
    planner = Planner(PLAN, START)
    assert "" == planner.due(busy, LATER)
    assert "" == planner.due(busy, LATER + PATIENCE - timedelta(seconds=1))
    assert planner.due(busy, LATER + PATIENCE)
