"""The raw numbers as JSON, what they come to as Markdown, and charts."""

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.load.chart import chart
from benchmarks.load.markdown import table
from benchmarks.load.promises import Promise
from benchmarks.load.report import VERDICTS, facts
from benchmarks.speed.part import Machine, Result
from benchmarks.speed.parts import PARTS
from compose.local.settings import ROOT

RESULTS = ROOT / "benchmarks/results"


def write(folder: Path, results: Result) -> None:
    """`speed-<date>.json` and `.md`, and a `.svg` for each chart."""
    folder.mkdir(parents=True, exist_ok=True)
    file = raw(folder, results["environment"])
    judged = results | {"promises": [vars(promise) for promise in judge(results)]}
    file.write_text(json.dumps(judged, indent=1, ensure_ascii=False) + "\n", "utf-8")
    file.with_suffix(".md").write_text("\n".join(lines(results)) + "\n", "utf-8")
    for part, found in results["parts"].items():
        for name, plot in PARTS[part].plots(found).items():
            file.with_name(f"{file.stem}-{name}.svg").write_text(chart(plot.title, plot.series, plot.axes), "utf-8")


def raw(folder: Path, environment: Result) -> Path:
    """The file of a day's numbers."""
    return folder / f"speed-{environment['date'][:10]}.json"


def judge(results: Result) -> list[Promise]:
    """Every target of the parts that were measured."""
    machine = Machine(results["environment"]["cores"], results["environment"]["avx512"])
    return [promise for name, found in results["parts"].items() for promise in PARTS[name].promises(found, machine)]


def lines(results: Result) -> Iterator[str]:
    """The report; a part that failed is named, and left out."""
    yield from ("# Speed, side by side", "", *facts(results["environment"]))
    yield f"- seconds: {', '.join(f'{name} {spent:.0f}' for name, spent in results['seconds'].items())}"
    yield f"- failed: {', '.join(results['failed']) or 'nothing'}"
    for name, facts_again in results.get("again", {}).items():
        yield f"- measured again: {name}, {facts_again['date']}, commit {facts_again['commit']}"
    rows = [(one.what, one.limit, one.measured, VERDICTS[one.kept]) for one in judge(results)]
    yield from ("", "## Targets", "", *table(("target", "limit", "measured", ""), rows))
    for name, found in results["parts"].items():
        yield from ("", f"## {PARTS[name].TITLE}", "", *PARTS[name].lines(found))
    yield from ("", "## IndexTTS2 on a GPU", "", _gpu())


def _gpu(folder: Path = RESULTS) -> str:
    """Where the newest results of `benchmarks.gpu` are."""
    newest = max(folder.glob("gpu-*.md"), default=None)
    return f"See [{newest.name}]({newest.name})." if newest else "Nothing has been measured on a GPU yet."
