"""The long ones: half an hour at capacity, ten minutes of ten times that. In pieces, which show what drifts."""

import time

from benchmarks.load.bench import Bench, Result
from benchmarks.load.callers import crowd
from benchmarks.load.client import Habits

TIMES = 10
PIECE_S = 60.0
KIND = "mixture"


async def soak(bench: Bench) -> Result:
    return await _siege(bench, 1, bench.plan.soak_s)


async def siege(bench: Bench) -> Result:
    return await _siege(bench, TIMES, bench.plan.siege_s)


async def _siege(bench: Bench, times: int, seconds: float) -> Result:
    client, windows, resident = bench.client(), [], []
    size = times * bench.results[f"overload of {KIND} texts"]["capacity"]
    async with crowd(client, size, bench.text(KIND), Habits(KIND)):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            windows.append(await bench.window(client, f"{times}×", size, (0, PIECE_S)))
            resident.append({group: bench.service.resident_mb(group) for group in ("api", "triton", "healthcheck")})
    return {"windows": bench.summaries(client, windows), "resident_mb": resident}
