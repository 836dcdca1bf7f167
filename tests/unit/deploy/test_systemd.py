import re
import shutil
import subprocess
from pathlib import Path

import pytest

from api.__main__ import server_config
from api.settings import Settings
from compose.local.settings import ROOT

UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.fixture(params=UNITS, ids=lambda unit: unit.stem)
def unit(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_systemd_accepts_the_unit(unit: Path) -> None:
    """`systemd-analyze verify` finds nothing to say."""
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("no systemd-analyze here")
    command = [analyze, "verify", str(unit)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (0, "") == (verified.returncode, verified.stdout + verified.stderr)


def test_the_makefile_is_the_entry_point(unit: Path) -> None:
    """Start and stop are targets of the Makefile that exist."""
    called = re.findall(r"^Exec(?:Start|Stop)=/usr/bin/make (\S+)(?: BUILD=0)?$", unit.read_text("utf-8"), re.MULTILINE)
    assert 2 == len(called)
    assert set(called) <= TARGETS


def test_stopping_leaves_time_to_finish(unit: Path) -> None:
    """systemd waits longer than the api takes to answer what it has accepted."""
    settings = Settings(jwt_keys="k" * 32, user_hash_key="h" * 32, env="dev")
    drain_s = server_config("127.0.0.1:1", settings).graceful_timeout
    found = re.search(r"^TimeoutStopSec=(\d+)$", unit.read_text("utf-8"), re.MULTILINE)
    assert found
    assert int(found[1]) > drain_s + 30
