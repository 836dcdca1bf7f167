"""How many cases of others' suites of text normalisation we read as they do: see README.md."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.reading.suites import Case, paddlespeech, wetext
from speech.text import normalize


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--paddlespeech", type=Path, help="examples/other/tn/data/textnorm_test_cases.txt")
    parser.add_argument("--wetext", type=Path, help="tn/chinese/test/data of WeTextProcessing")
    options = parser.parse_args(arguments)
    if options.paddlespeech:
        sys.stdout.write(_report("PaddleSpeech", paddlespeech(options.paddlespeech)))
    if options.wetext:
        sys.stdout.write(_report("WeTextProcessing", wetext(options.wetext)))


def _report(name: str, cases: Sequence[Case]) -> str:
    """The score, and each disagreement as a row: what is written, how it is read there, how here."""
    differing = [(case, spoken) for case in cases if not case.agrees(spoken := normalize(case.written))]
    same = len(cases) - len(differing)
    rows = [f"| {case.written} | {case.spoken} | {spoken} |" for case, spoken in differing]
    score = f"## {name}: {same} of {len(cases)}, {same / len(cases):.1%}"
    return "\n".join([score, "", "| written | there | here |", "|---|---|---|", *rows, "", ""])


if __name__ == "__main__":
    main()
