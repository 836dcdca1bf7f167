"""The raw numbers as JSON, and what they come to as Markdown."""

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.kokoro.measuring import median
from benchmarks.load.bench import Result
from benchmarks.load.markdown import table
from benchmarks.load.report import facts

HEAD = (
    "threads",
    "characters",
    "audio s",
    "first run s: published",
    "ours",
    "RTF, CPU: published",
    "ours",
    "times as fast, CPU",
    "wall",
    "apart dB: ours",
    "nudged",
)


def write(folder: Path, results: Result) -> None:
    """`kokoro-<date>.json` and `.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"kokoro-{results['environment']['date'][:10]}.json"
    file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
    file.with_suffix(".md").write_text("\n".join(lines(results)) + "\n", "utf-8")


def lines(results: Result) -> Iterator[str]:
    """The report: a row for each text and number of threads, of medians."""
    yield from ("# Kokoro, published and ours", "", *facts(results["environment"]), "")
    yield from table(HEAD, [_row(found) for found in results["texts"]])


def _row(found: Result) -> tuple[object, ...]:
    cpu, wall = ({name: median(runs, clock) for name, runs in found["warm"].items()} for clock in ("cpu", "wall"))
    return (
        found["threads"],
        len(found["text"]),
        found["seconds"],
        *(first["wall"] for first in found["first"].values()),
        *(seconds / found["seconds"] for seconds in cpu.values()),
        cpu["published"] / cpu["ours"],
        wall["published"] / wall["ours"],
        found["ours_db"],
        found["nudged_db"],
    )
