import os
import signal
import subprocess
import sys
import time

import pytest

from healthcheck import processes
from healthcheck.restarter import describe_broken

PARENT = (
    "import signal, subprocess; child = subprocess.Popen(['sleep', '60']); print(child.pid, flush=True); signal.pause()"
)


@pytest.mark.parametrize(
    ("how", "broken"), [(0, ""), (signal.SIGSTOP, "(sleep) is frozen"), (signal.SIGKILL, "(sleep) has died")]
)
def test_processes_that_are_dead_or_frozen_are_seen(how: int, broken: str) -> None:
    """A child of a group that nobody waits for; and what all of the group hold in memory is counted."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], start_new_session=True, stdout=subprocess.PIPE)
    try:
        assert parent.stdout
        os.kill(int(parent.stdout.readline()), how)
        for _ in range(500):
            if describe_broken(processes.states(parent.pid)).endswith(broken):
                break
            time.sleep(0.01)
        assert describe_broken(processes.states(parent.pid)).endswith(broken)
        assert 1 < processes.resident_mb(parent.pid) < 1000
    finally:
        os.killpg(parent.pid, signal.SIGKILL)
        parent.communicate()
