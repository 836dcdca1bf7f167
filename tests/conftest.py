"""Which tests pytest-xdist runs in the same worker, and which begin first.

xdist's own `--dist loadgroup` does not see its marks with pytest 9.2, which keeps node ids in another form.
"""

from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).parent

KILLS = "tests/integration/test_healing.py"
FIRST = ("docker", KILLS, "stack")
"""The groups that wait longest. They begin together, and what needs the CPU fills the time beside them."""

SHARE_A_STACK = {
    f"tests/integration/test_{name}.py"
    for name in (
        *("api_keys", "clients", "cookbook", "errors", "flow", "inspect"),
        *("limits", "schema", "streams", "timestamps", "triton"),
    )
}


class _Groups(LoadScopeScheduling):  # type: ignore[misc]  # xdist is not typed
    """A group's tests share fixtures, which are then set up once."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Groups:
    return _Groups(config, log)


@pytest.fixture
def any_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every take is a good one: a fake engine hums at a pace that is nobody's."""
    monkeypatch.setattr("api.synthesis.guard.fault_of", lambda _utterance, _speech: None)


CASES = pytest.StashKey[dict[str, list[bool]]]()


@pytest.fixture
def cases(pytestconfig: pytest.Config) -> dict[str, list[bool]]:
    """For each test function that was collected: whether `make test` runs each of its cases."""
    return pytestconfig.stash[CASES]


@pytest.hookimpl(tryfirst=True)  # after pytest-randomly's wrapper
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of a group together; their order stays random."""
    cases: dict[str, list[bool]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item.get_closest_marker("full") is None)
    config.stash[CASES] = cases
    items.sort(key=lambda item: _turn(group(f"tests/{item.path.relative_to(TESTS).as_posix()}")))


def group(path: str) -> str:
    """One for the compose stack, one for the session's local stack, and one for each other module."""
    if path.startswith("tests/docker/"):
        return "docker"
    return "stack" if path in SHARE_A_STACK else path


def _turn(name: str) -> tuple[int, bool]:
    """Sorts groups by when they begin."""
    return FIRST.index(name) if name in FIRST else len(FIRST), name.startswith("tests/unit/")
