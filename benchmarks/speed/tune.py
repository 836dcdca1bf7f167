"""`make tune`: find by measuring with how many instances of the models, of how many threads, this machine is fastest.

Writes the best for the chosen engine into `.env`. Not tuned is the batch: on a CPU a batch is no faster than its
sentences one by one.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load.markdown import table
from benchmarks.load.plan import CORES
from benchmarks.load.service import running
from benchmarks.load.texts import Texts
from benchmarks.speed.ensemble import spoken_per_s
from compose.local.settings import ROOT, LocalSettings
from compose.server.project import Project

ON_CPU = ("kokoro", "baker")
SECONDS = 20.0
CALLERS = 2 * CORES
BETTER = 1.03
"""What is not at least so much better than the default is noise."""


@dataclass(frozen=True)
class Choice:
    instances: int
    threads: int


@dataclass(frozen=True)
class Measured:
    choice: Choice
    audio_s_per_s: float
    alone_s: float
    """What one sentence of 20 characters takes on an idle machine, median."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make tune", description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of the .env that the choice is written to")
    options = parser.parse_args(arguments)
    engine = LocalSettings().engine
    if engine not in ON_CPU:
        _say(f"✗ 只能为 CPU 引擎调优 (only engines of the CPU are tuned: {', '.join(ON_CPU)}; see docs/indextts2.md)")
        return 1
    # What the sidecar asks for, of the api too, is work that would not be counted.
    os.environ["HAOSHUO_HEALTHCHECK_INTERVAL_S"] = "3600"
    found = asyncio.run(_measure(engine, choices(CORES)))
    rows = [(one.choice.instances, one.choice.threads, one.audio_s_per_s, one.alone_s) for one in found]
    _say("\n".join(table(("instances", "threads", "audio s/s", "one sentence alone, s"), rows)))
    for name, value in settings(best(found)).items():
        Project(root=options.root).remember(name, str(value))
        _say(f"✓ 已写入 written to {options.root / '.env'}: {name}={value}")
    return 0


def choices(cores: int) -> list[Choice]:
    """The default first: one instance of one thread a core; then fewer of more threads, and one more."""
    threads = [count for count in range(1, cores + 1) if cores % count == 0]
    return [*(Choice(cores // count, count) for count in threads), Choice(cores + 1, 1)]


def best(found: Sequence[Measured]) -> Choice:
    """The most audio a second, or the default (the first) if nothing is clearly better."""
    most = max(found, key=lambda one: one.audio_s_per_s)
    return most.choice if most.audio_s_per_s > BETTER * found[0].audio_s_per_s else found[0].choice


def settings(choice: Choice) -> dict[str, int]:
    return {"HAOSHUO_ENGINE_INSTANCES": choice.instances, "HAOSHUO_ENGINE_THREADS": choice.threads}


async def _measure(engine: str, tried: Sequence[Choice]) -> list[Measured]:
    found = []
    for choice in tried:
        with running(engine=engine, engine_instances=choice.instances, engine_threads=choice.threads) as service:
            address, texts = f"127.0.0.1:{service.stack.settings.triton_grpc_port}", Texts(seed=11)
            alone = await spoken_per_s(address, texts, 1, SECONDS / 3)
            crowd = await spoken_per_s(address, texts, CALLERS, SECONDS)
        found.append(Measured(choice, crowd["audio_s_per_s"], alone["wait_p50_s"]))
        _say(f"  · {choice.instances} × {choice.threads}: {crowd['audio_s_per_s']:.0f} audio s/s")
    return found


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is a command line


if __name__ == "__main__":
    sys.exit(main())
