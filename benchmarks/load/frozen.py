"""A process that is stopped in the middle of an overload: how long until it is found, and what its callers hear."""

import asyncio
import contextlib
import os
import signal
import time
from itertools import pairwise

from benchmarks.load.bench import Bench, Result
from benchmarks.load.callers import crowd
from benchmarks.load.client import Habits
from benchmarks.load.processes import program, snapshot, tree
from benchmarks.load.records import Record

TIMES = 10
KIND = "short"
TARGETS = {"triton": "/tritonserver", "api": "/python", "nginx": "nginx: worker process"}
"""How the program ends that is frozen: what serves, not the shell that leads its group, nor nginx's master."""

AFTER_S = 5.0
LOOK_S = 0.2


async def frozen(bench: Bench) -> dict[str, Result]:
    return {group: await _freeze(bench, group) for group in TARGETS}


async def _freeze(bench: Bench, group: str) -> Result:
    client, size = bench.client(), TIMES * bench.callers
    async with crowd(client, size, bench.text(KIND), Habits(KIND)):
        await asyncio.sleep(AFTER_S)
        pid, began = _target(bench, group), time.monotonic()
        os.kill(pid, signal.SIGSTOP)
        try:
            found_s = await _gone(pid, bench.plan.found_s)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        await asyncio.sleep(AFTER_S)
        ended = time.monotonic()
    after = [record for record in bench.with_edge_times(client.records) if record.ended > began]
    return {
        "found_s": found_s,
        "longest_silence_s": _silence(after, began, ended),
        "outcomes": {outcome: sum(one.outcome == outcome for one in after) for outcome in sorted(_outcomes(after))},
        "longest_wait_s": max((record.wait_s for record in after), default=0.0),
    }


def _target(bench: Bench, group: str) -> int:
    processes = snapshot()
    pid = next(one["pid"] for one in bench.service.stack.processes() if one["group"] == group)
    return next(one for one in tree(processes, pid) if program(one).endswith(TARGETS[group]))


async def _gone(pid: int, within_s: float) -> float | None:
    """Seconds until it was ended, or none if nobody did."""
    began = time.monotonic()
    while time.monotonic() < began + within_s:
        if pid not in snapshot():
            return time.monotonic() - began
        await asyncio.sleep(LOOK_S)
    return None


def _silence(records: list[Record], began: float, ended: float) -> float:
    """The longest time in which no answer ended in speech."""
    spoken = sorted(record.ended for record in records if record.outcome == "spoken" and record.ended < ended)
    times = [began, *spoken, ended]
    return max(later - earlier for earlier, later in pairwise(times))


def _outcomes(records: list[Record]) -> set[str]:
    return {record.outcome for record in records}
