"""What a user would ask before choosing Haoshuo, measured side by side on this machine: see README.md."""

import argparse
import asyncio
import json
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.load.environment import environment
from benchmarks.speed import report
from benchmarks.speed.part import Part, Result
from benchmarks.speed.parts import PARTS
from benchmarks.speed.plan import Plan


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if everything was measured; a target that is missed is reported and no error."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the JSON, the tables and the charts")
    parser.add_argument("--quick", action="store_true", help="8 minutes, not 30: to see that it works")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this one; may be repeated")
    options = parser.parse_args(arguments)
    parts = {name: PARTS[name] for name in options.part or PARTS}
    results = asyncio.run(measure(parts, Plan(options.quick), options.out))
    print("\n".join(report.lines(results)))  # noqa: T201 - this is a command line
    return int(bool(results["failed"]))


async def measure(parts: dict[str, Part], plan: Plan, folder: Path) -> Result:
    """Every part, one after another, written to the folder after each; SIGTERM stops what they started, too."""
    if task := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    began = time.monotonic()
    results = _begun(folder, plan, parts)
    for name, part in parts.items():
        part_began = time.monotonic()
        try:
            results["parts"][name] = await part.measure(plan, partial(_say, name))
        except Exception as error:  # noqa: BLE001 - the other parts are worth having
            results["failed"][name] = "".join(traceback.format_exception(error))
            _say(name, results["failed"][name])
        results["seconds"][name] = time.monotonic() - part_began
        report.write(folder, results)
        _say(name, f"{results['seconds'][name]:.0f} s of {time.monotonic() - began:.0f}")
    return results


def _begun(folder: Path, plan: Plan, parts: dict[str, Part]) -> Result:
    """No results yet; or those of today of the same plan, of which these parts are measured again."""
    facts = environment(plan.name)
    file = report.raw(folder, facts)
    before = json.loads(file.read_text("utf-8")) if file.exists() and len(parts) < len(PARTS) else {}
    if before and before["environment"]["plan"] == plan.name:
        again = before.get("again", {}) | {part: {name: facts[name] for name in ("date", "commit")} for part in parts}
        failed = {name: error for name, error in before["failed"].items() if name not in parts}
        return before | {"again": again, "failed": failed}
    return {"environment": facts, "failed": {}, "seconds": {}, "parts": {}, "again": {}}


def _say(name: str, line: str) -> None:
    print(f"{name}: {line}", flush=True)  # noqa: T201 - this is a command line


if __name__ == "__main__":
    sys.exit(main())
