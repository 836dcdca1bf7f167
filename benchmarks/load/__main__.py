"""Overload the whole stack on this machine, and see which promises hold: see README.md."""

import argparse
import asyncio
import signal
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.load import report
from benchmarks.load.bench import Bench, Result
from benchmarks.load.environment import environment
from benchmarks.load.fairness import fairness
from benchmarks.load.frozen import frozen
from benchmarks.load.overload import overload
from benchmarks.load.plan import PLANS, Plan
from benchmarks.load.pressed import pressed
from benchmarks.load.promises import OVERLOAD, judge
from benchmarks.load.service import running
from benchmarks.load.siege import siege, soak
from benchmarks.load.slow import slow
from benchmarks.load.table import table

Scenario = Callable[[Bench], Awaitable[Any]]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if everything was measured and no promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the JSON, the tables and the chart")
    parser.add_argument("--plan", choices=PLANS, default="reduced", help="minutes: 4, 20, 65")
    options = parser.parse_args(arguments)
    results = asyncio.run(measure(PLANS[options.plan], options.out))
    _say("\n".join(report.lines(results)))
    return int(bool(results["failed"]) or any(promise.kept is False for promise in judge(results)))


def scenarios(plan: Plan) -> dict[str, Scenario]:
    """In this order: later ones want the capacity for short texts; the last one breaks things."""
    overloads: dict[str, Scenario] = {OVERLOAD.format(kind): partial(overload, kind=kind) for kind in plan.loads}
    polite: dict[str, Scenario] = {"fairness": fairness, "the table of the issue": table}
    long: dict[str, Scenario] = {"soak": soak, "siege": siege} if plan.soak_s else {}
    return (
        overloads | polite | {"callers who are not polite": pressed, "slow readers": slow} | long | {"frozen": frozen}
    )


async def measure(plan: Plan, folder: Path) -> Result:
    """Every scenario on one stack, written to the folder after each; SIGTERM stops the stack, too."""
    if task := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    facts, began = environment(plan.name), time.monotonic()
    with running() as service:
        bench = Bench(service, service.users(), plan)
        bench.results |= {"environment": facts, "failed": {}, "skipped": [], "restarts": {}, "seconds": 0.0}
        for name, scenario in scenarios(plan).items():
            if time.monotonic() - began > plan.budget_s:
                bench.results["skipped"].append(f"{name} (time)")
            else:
                await _run(bench, name, scenario)
            bench.results["seconds"] = time.monotonic() - began
            report.write(folder, bench.results)
            _say(f"{name}: {bench.results['seconds']:.0f} s")
        await bench.users.close()
    return bench.results


async def _run(bench: Bench, name: str, scenario: Scenario) -> None:
    """Its result, or how it failed; which processes are others afterwards, and what the sidecar says of it."""
    before = bench.service.processes()
    try:
        bench.results[name] = await scenario(bench)
    except Exception as error:  # noqa: BLE001 - the other scenarios are worth having
        bench.results["failed"][name] = "".join(traceback.format_exception(error))
    after = bench.service.processes()
    bench.results["restarts"][name] = [process for process in after if before[process] != after[process]]
    bench.results["sidecar"] = await asyncio.to_thread(bench.service.events)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is a command line


if __name__ == "__main__":
    sys.exit(main())
