import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from serving import mps

DAEMON = """#!/bin/sh
[ "$1" = -f ] || exit 9
{begin}
exec sleep 60
"""
READY = ': >"$CUDA_MPS_PIPE_DIRECTORY/control"'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """For the pipes; nothing is installed, and what is set is set for this test only."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    for name in ("CUDA_MPS_PIPE_DIRECTORY", "CUDA_MPS_LOG_DIRECTORY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(mps, "PROBE", "import sys; assert sys.argv[1] == 'cuda:1'")
    monkeypatch.setattr(mps, "READY_S", 0.5)
    return tmp_path / "run/mps"


def _install(folder: Path, begin: str) -> None:
    program = folder.parents[1] / mps.CONTROL
    program.write_text(DAEMON.format(begin=begin))
    program.chmod(0o755)


def _daemons() -> list[int]:
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(child) for child in children if b"sleep" in Path(f"/proc/{child}/cmdline").read_bytes()]


def test_where_it_is_not_installed_it_is_not_used(folder: Path) -> None:
    """And nothing is set."""
    assert "不使用" in mps.start(folder, "cuda:1")
    assert not os.environ["CUDA_MPS_PIPE_DIRECTORY"]


def test_where_it_works_it_is_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes that follow find its pipes, which are nobody else's."""
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def watched(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", watched)
    _install(folder, READY)
    assert mps.start(folder, "cuda:1") == "MPS: 使用 used"
    assert str(folder) == os.environ["CUDA_MPS_PIPE_DIRECTORY"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [started[0].pid] == _daemons()
    started[0].kill()
    started[0].wait()


@pytest.mark.parametrize(
    ("begin", "probe", "said"),
    [
        ("exit 3", "", "ended with 3"),
        ("", "", "within 0.5 s"),
        (READY, "raise RuntimeError('CUDA error 805')", "CUDA error 805"),
        (READY, "import sys; sys.exit(7)", "status 7"),
        (READY, "import time; time.sleep(9)", "no answer"),
    ],
)
def test_where_it_does_not_work_it_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, begin: str, probe: str, said: str
) -> None:
    """It ends, is not used, and the line says why."""
    _install(folder, begin)
    monkeypatch.setattr(mps, "PROBE", probe)
    monkeypatch.setattr(mps, "PROBE_S", 1.0)
    assert said in mps.start(folder, "cuda:1")
    assert not os.environ["CUDA_MPS_PIPE_DIRECTORY"]
    assert [] == _daemons()
