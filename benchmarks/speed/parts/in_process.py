"""The ensemble in Triton beside the same models in a plain loop, one process a core."""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

from benchmarks.load.markdown import table
from benchmarks.load.plan import CORES
from benchmarks.load.promises import Promise, least
from benchmarks.load.service import running
from benchmarks.load.texts import Texts
from benchmarks.speed.ensemble import spoken_per_s
from benchmarks.speed.looping import CHARACTERS
from benchmarks.speed.part import Machine, Plot, Result, Say
from benchmarks.speed.plan import Plan
from compose.local.settings import ROOT

TITLE = "Triton beside the models alone"
SHARE = 0.95
CALLERS = 2 * CORES
"""At a time: as many as keep every instance busy."""


async def measure(plan: Plan, say: Say) -> Result:
    """In turn, so that what the machine does meanwhile meets both."""
    seconds, windows = plan.of(6.0, 15.0), list[Result]()
    async with _loops() as loops:
        with running() as service:
            address, texts = f"127.0.0.1:{service.stack.settings.triton_grpc_port}", Texts(seed=100)
            for _ in range(plan.of(1, 2)):
                windows.append({"system": "loop", **await _loop(loops, seconds)})
                windows.append({"system": "triton", **await spoken_per_s(address, texts, CALLERS, seconds)})
                say(", ".join(f"{one['system']} {one['calls_per_s']:.1f} calls/s" for one in windows[-2:]))
    return {"windows": windows}


def lines(found: Result) -> Iterator[str]:
    yield f"Sentences of {CHARACTERS} characters, none twice. The loop is {CORES} processes with one thread each; the"
    yield f"ensemble is asked over gRPC, {CALLERS} sentences at a time, while the rest of the stack stands by."
    yield ""
    names = ("system", "calls_per_s", "audio_s_per_s")
    yield from table(("system", "calls/s", "audio s/s"), [[one[name] for name in names] for one in found["windows"]])


def promises(found: Result, _machine: Machine) -> Iterator[Promise]:
    shares = [_rate(found, "triton", name) / _rate(found, "loop", name) for name in ("calls_per_s", "audio_s_per_s")]
    yield least("Triton's saturated rate, share of the models alone", SHARE, min(shares))


def plots(_found: Result) -> Mapping[str, Plot]:
    return {}


def _rate(found: Result, system: str, name: str) -> float:
    return sum(float(one[name]) for one in found["windows"] if one["system"] == system)


@contextlib.asynccontextmanager
async def _loops() -> AsyncIterator[Sequence[Process]]:
    """One process of `benchmarks.speed.looping` a core, each with its models loaded."""
    command = (sys.executable, "-m", "benchmarks.speed.looping", str(ROOT / ".local/voices/baker"))
    loops = [
        await asyncio.create_subprocess_exec(*command, str(seed), stdin=PIPE, stdout=PIPE, cwd=ROOT)
        for seed in range(CORES)
    ]
    try:
        for loop in loops:
            await _line(loop)
        yield loops
    finally:
        for loop in loops:
            loop.kill()
            await loop.wait()


async def _loop(loops: Sequence[Process], seconds: float) -> Result:
    for loop in loops:
        assert loop.stdin  # noqa: S101 - it is a pipe
        loop.stdin.write(f"{seconds}\n".encode())
    found = [json.loads(await _line(loop)) for loop in loops]
    return {
        "calls_per_s": sum(one["calls"] / one["seconds"] for one in found),
        "audio_s_per_s": sum(one["audio_s"] / one["seconds"] for one in found),
    }


async def _line(loop: Process) -> bytes:
    assert loop.stdout  # noqa: S101 - it is a pipe
    return await loop.stdout.readline()
