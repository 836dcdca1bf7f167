"""What this machine, or the container that this process is in, has for its processes."""

import os
from collections.abc import Iterator
from pathlib import Path

MIB = 2**20
CGROUPS = Path("/sys/fs/cgroup")


def cores(cgroups: Path = CGROUPS) -> int:
    """The CPUs that this process may use, at least one."""
    return max(1, int(min([len(os.sched_getaffinity(0)), *_cpu_quotas(cgroups)])))


def memory_mb(cgroups: Path = CGROUPS) -> int:
    """The memory that this process and its children may take together."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    # Version 2 of cgroups, then version 1, whose number for "no limit" is larger than any machine.
    limits = [*_words(cgroups / "memory.max"), *_words(cgroups / "memory/memory.limit_in_bytes")]
    return min([machine, *map(int, filter(str.isdigit, limits))]) // MIB


def _cpu_quotas(cgroups: Path) -> Iterator[float]:
    """A cgroup's share of time in CPUs, where it has one: a quota of so many microseconds in each period."""
    for files in (["cpu.max"], ["cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"]):
        match [word for file in files for word in _words(cgroups / file)]:
            case [quota, period] if quota.isdigit():
                yield int(quota) / int(period)


def _words(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []
