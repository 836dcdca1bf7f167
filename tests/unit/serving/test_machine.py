import os
from pathlib import Path

import pytest

from serving.machine import cores, memory_mb

ALL = len(os.sched_getaffinity(0))


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ALL),
        ({"cpu.max": "max 100000\n"}, ALL),
        ({"cpu.max": "6400000 100000\n"}, min(64, ALL)),
        ({"cpu.max": "100000 100000\n"}, 1),
        ({"cpu.max": "150000 100000\n"}, 1),
        ({"cpu.max": "5000 100000\n"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, ALL),
        ({"cpu/cpu.cfs_quota_us": "100000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 1),
    ],
)
def test_cores_are_those_of_the_container(tmp_path: Path, files: dict[str, str], expected: int) -> None:
    """A quota of either version of cgroups counts, in whole cores, and there is always one."""
    _write(tmp_path, files)
    assert expected == cores(tmp_path)


@pytest.mark.parametrize(
    "files", [{"memory.max": f"{2**28}\n"}, {"memory/memory.limit_in_bytes": f"{2**28}\n"}], ids=["v2", "v1"]
)
def test_memory_is_that_of_the_container(tmp_path: Path, files: dict[str, str]) -> None:
    """A limit counts, and where there is none the machine's memory does."""
    without = memory_mb(tmp_path)
    assert without > 256
    _write(tmp_path, {"memory.max": "max\n"})
    assert without == memory_mb(tmp_path)
    _write(tmp_path, files)
    assert 256 == memory_mb(tmp_path)
