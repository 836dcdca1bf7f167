"""Which tests run in the same worker of pytest-xdist, and which begin first."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent

KILLS = "integration/test_healing.py"
FIRST = ("docker", KILLS, "stack")
"""The groups that wait longest. They begin together, and what needs the CPU fills the time beside them."""


CASES = pytest.StashKey[dict[str, list[bool]]]()


@pytest.fixture
def cases(pytestconfig: pytest.Config) -> dict[str, list[bool]]:
    """For each test function that was collected: whether `make test` runs each of its cases."""
    return pytestconfig.stash[CASES]


@pytest.hookimpl(tryfirst=True)  # after pytest-randomly's wrapper, before pytest-xdist reads the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of a group together: they share fixtures, which are then set up once. Their order stays random."""
    cases: dict[str, list[bool]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item.get_closest_marker("full") is None)
    config.stash[CASES] = cases
    groups = {item: _group(item) for item in items}
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: _turn(groups[item]))


def _group(item: pytest.Item) -> str:
    """One for the compose stack, one for the session's local stack, and one for each other module."""
    path = item.path.relative_to(TESTS)
    fixtures = getattr(item, "fixturenames", ())
    if path.parts[0] == "docker" and "environment" in fixtures:
        return "docker"
    if path.parts[0] == "integration" and "wechat" in fixtures:
        return "stack"
    return path.as_posix()


def _turn(group: str) -> tuple[int, bool]:
    """Sorts groups by when they begin."""
    return FIRST.index(group) if group in FIRST else len(FIRST), group.startswith("unit/")
