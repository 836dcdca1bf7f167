"""Compare the IndexTTS2 engine with PyPI's `indextts2-inference`: see README.md."""

import argparse
import logging
import sys
import warnings
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import transformers

from benchmarks.parity import checkpoint, report
from benchmarks.parity.bench import Bench
from benchmarks.parity.comparisons import findings
from benchmarks.parity.dimensions import structures
from benchmarks.parity.findings import Finding
from benchmarks.parity.oracle import Oracle
from benchmarks.parity.ours import Ours
from benchmarks.parity.texts import readings


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if all that is judged is the same, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parity", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the JSON and the table")
    parser.add_argument("--checkpoint", type=Path, help="folder to keep the checkpoint in; taken if it is there")
    parser.add_argument("--front", type=Path, help="upstream's indextts/utils/front.py, to compare what texts become")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers' own gap
    logging.disable(logging.WARNING)  # of both programs and of transformers
    warnings.simplefilter("ignore")
    found = []
    with TemporaryDirectory() as temporary:
        bench = _bench(options.checkpoint or Path(temporary) / "checkpoint", Path(temporary))
        texts = readings(options.front) if options.front else ()
        for finding in chain(structures(), texts, findings(bench)):
            _say(report.row(finding))
            found.append(finding)
    report.write(options.out, found)
    return 0 if all(map(_good, found)) else 1


def _bench(folder: Path, recordings: Path) -> Bench:
    if not folder.exists():
        checkpoint.write(folder)
    return Bench(folder, recordings, Oracle(folder), Ours(folder))


def _good(finding: Finding) -> bool:
    return bool(finding["same"]) or not finding["judged"]


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is a command line


if __name__ == "__main__":
    sys.exit(main())
