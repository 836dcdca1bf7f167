"""Measure IndexTTS2 with random weights on one GPU, beside the upstream way: see README.md."""

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from benchmarks.gpu import report, stages
from benchmarks.gpu.bench import Bench, Result
from benchmarks.gpu.clock import Budget
from benchmarks.gpu.model import scale
from benchmarks.gpu.quality import quality
from benchmarks.gpu.stream import stream

ITEMS: dict[str, Callable[[Bench], Any]] = {
    "single": stages.single,
    "upstream": stages.upstream,
    "batches": stages.batches,
    "stream": stream,
    "decoding": stages.decoding,
    "flow_step": stages.flow_step,
    "conditioning": stages.conditioning,
    "company": stages.company,
    "quality": quality,
}
"""From the most important on: what comes last is left out when time is over."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if everything was measured or left out for time, 1 if something failed."""
    options = _options(arguments)
    name, device = "tiny" if options.tiny else "full", torch.device(options.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        _say("✗ 没有 GPU no GPU: try --device cpu --tiny")
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    results = measure(Bench(scale(name), device, Budget(options.seconds)), name, options.out)
    _say("\n".join(report.lines(results)))
    return 1 if results["failed"] else 0


def measure(bench: Bench, name: str, folder: Path) -> Result:
    """Every item in turn, written to the folder after each: if the machine goes away, what was measured stays."""
    results: Result = {"environment": report.environment(bench.device, name), "failed": {}, "skipped": bench.skipped}
    for item, run in ITEMS.items():
        if bench.budget.over:
            bench.skipped.append(f"{item} (time)")
        else:
            try:
                results[item] = run(bench)
            except Exception as error:  # noqa: BLE001 - the other items are worth having
                results["failed"][item] = "".join(traceback.format_exception(error))
        results["seconds"] = bench.budget.spent
        report.write(folder, results)
        _say(f"{item}: {bench.budget.spent:.0f} s")
    return results


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the JSON and the table")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--tiny", action="store_true", help="tiny dimensions: only to see that everything runs")
    parser.add_argument("--seconds", type=float, default=360, help="nothing new is begun after so many")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is a command line


if __name__ == "__main__":
    sys.exit(main())
