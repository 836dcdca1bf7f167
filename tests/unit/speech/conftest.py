from pathlib import Path

import pytest

from compose.local.settings import ROOT

STATE = ROOT / ".local"


@pytest.fixture(scope="session")
def voices() -> Path:
    """A folder of the real files for each embedded engine, as `make setup-dev` prepared them."""
    return STATE / "voices"


@pytest.fixture(scope="session")
def packages() -> Path:
    """The real packages that they come from."""
    return STATE / "wheels"
