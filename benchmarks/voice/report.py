"""The raw numbers as JSON, and what they come to as Markdown."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.load.markdown import table
from benchmarks.load.promises import Promise
from benchmarks.load.report import VERDICTS, facts
from benchmarks.voice.gates import judge

COLUMNS = {
    "voice": "voice",
    "list": "sentences",
    "speed": "speed",
    "error_percent": "wrong %",
    "error_interval": "95 %",
    "mos_overall": "DNSMOS",
    "mos_signal": "signal",
    "mos_background": "background",
    "similarity": "likeness",
    "similarity_least": "least",
    "pace": "units/s",
    "f0_hz": "F0 Hz",
    "f0_range": "range st",
    "level_db": "level dB",
}
FEELING = ("emotion", "error_percent", "mos_overall", "pace", "f0_hz", "f0_range", "level_db")


def write(folder: Path, results: dict[str, Any]) -> Path:
    """`voice-<date>.json` and `.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"voice-{results['environment']['date'][:10]}.json"
    judged = results | {"promises": [vars(promise) for promise in promises(results)]}
    file.write_text(json.dumps(judged, indent=1, ensure_ascii=False) + "\n", "utf-8")
    file.with_suffix(".md").write_text("\n".join(lines(results)) + "\n", "utf-8")
    return file


def promises(results: dict[str, Any]) -> list[Promise]:
    return [promise for name, found in results["engines"].items() for promise in judge(name, found)]


def lines(results: dict[str, Any]) -> Iterator[str]:
    yield from ("# Voices, as programs judge them", "", *facts(results["environment"]))
    rows = [(one.what, one.limit, one.measured, VERDICTS[one.kept]) for one in promises(results)]
    yield from ("", "## Gates", "", *table(("gate", "limit", "measured", ""), rows))
    for name, found in results["engines"].items():
        yield from ("", f"## {name}", "", *_rows(found["voices"], tuple(COLUMNS)))
        if emotions := found.get("emotions"):
            yield from ("", *_rows(emotions, FEELING), "", *_differences(found["differences"]))


def _rows(found: list[dict[str, Any]], names: tuple[str, ...]) -> Iterator[str]:
    return table([COLUMNS.get(name, name) for name in names], [[_cell(one[name]) for name in names] for one in found])


def _differences(found: list[dict[str, Any]]) -> Iterator[str]:
    """The pairs that are nearest to each other."""
    nearest = sorted(found, key=lambda one: float(one["times"]))[:8]
    rows = [(f"{one['first']}, {one['second']}", one["measure"], one["mean"], one["times"]) for one in nearest]
    return table(("nearest emotions", "told apart by", "difference", "times what counts"), rows)


def _cell(value: Any) -> Any:
    return "–".join(f"{bound:.1f}" for bound in value) if isinstance(value, list) else value
