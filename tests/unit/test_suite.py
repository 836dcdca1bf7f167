"""`make test` leaves out repetitions, never a promise; its workers do not get in each other's way."""

import os
import subprocess
import sys
from itertools import pairwise

from compose.local.settings import ROOT
from tests.support.ports import FIRST, LAST, ports_of_worker


def _collected(*arguments: str) -> set[str]:
    """The test functions of which pytest would run a case."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:randomly",
        "-o",
        "addopts=",
        *arguments,
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [*command, "--import-mode=importlib"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return {line.partition("[")[0].partition("@")[0] for line in done.stdout.splitlines() if "::" in line}


def test_every_test_has_a_case_in_make_test() -> None:
    """No test function has only cases that are marked `full`; some have such cases at all."""
    always, repeated = _collected("-m", "not full"), _collected("-m", "full")
    assert set() == repeated - always
    assert repeated


def test_workers_share_no_port() -> None:
    """Each worker takes its ports from a range of its own."""
    shares = [ports_of_worker(worker, 4) for worker in range(4)]
    assert FIRST <= shares[0].start
    assert all(one.stop <= other.start for one, other in pairwise(shares))
    assert shares[-1].stop <= LAST
    assert all(len(share) > (LAST - FIRST) // 4 // 2 - 1 for share in shares)
