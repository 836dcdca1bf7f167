"""The findings as JSON and as a Markdown table."""

import json
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.parity.checkpoint import REDUCED
from benchmarks.parity.findings import TOLERANCE, Finding

PACKAGES = ("indextts2-inference", "torch", "torchaudio", "transformers", "numpy", "librosa")

HEAD = ("| compared | rows | largest difference | scale | same |", "| --- | --- | --- | --- | --- |")


def write(folder: Path, findings: Sequence[Finding]) -> None:
    """`parity-<date>.json` and the table beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    today = datetime.now(UTC).date().isoformat()
    environment = {name: version(name) for name in PACKAGES} | {"python": platform.python_version()}
    raw = {
        "date": today,
        "environment": environment,
        "reduced": REDUCED,
        "tolerance": TOLERANCE,
        "findings": findings,
    }
    (folder / f"parity-{today}.json").write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (folder / f"parity-{today}.md").write_text("\n".join(_table(findings)) + "\n", "utf-8")


def row(finding: Finding) -> str:
    """A line of the table: differences of tensors are numbers, those of codes a count of rows."""
    verdict = ("no", "yes")[finding["same"]] if finding["judged"] else "not judged"
    if "keys" in finding:
        cells: tuple[object, ...] = (finding["keys"], f"{len(finding['differing'])} differ", "–")
    elif "equal" in finding:
        rows = len(finding["lengths"])
        cells = (rows, f"{finding['equal']} of {rows} rows equal", f"{sum(finding['lengths'])} numbers")
    else:
        most = finding["max_abs"]
        cells = (len(finding["shapes"]), "other shape" if most is None else f"{most:.1e}", f"{finding['scale']:.3g}")
    return f"| {' | '.join(map(str, (finding['part'], *cells, verdict)))} |"


def _table(findings: Sequence[Finding]) -> Iterator[str]:
    yield from HEAD
    yield from map(row, findings)
