"""The raw numbers as JSON, what they come to as Markdown, and a chart."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.load.bench import Result
from benchmarks.load.chart import chart
from benchmarks.load.markdown import counts, table, windows
from benchmarks.load.promises import GOODPUT, OVERLOAD, judge
from benchmarks.load.texts import KINDS

VERDICTS = {True: "kept", False: "**not kept**", None: "not measured"}


def write(folder: Path, results: Result) -> None:
    """`load-<date>.json`, `.md` and `.svg`."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"load-{results['environment']['date'][:10]}"
    raw = results | {"promises": [vars(promise) for promise in judge(results)]}
    (folder / f"{name}.json").write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (folder / f"{name}.md").write_text("\n".join(lines(results)) + "\n", "utf-8")
    if any(OVERLOAD.format(kind) in results for kind in KINDS):
        (folder / f"{name}.svg").write_text(plot(results), "utf-8")


def lines(results: Result) -> list[str]:
    """The report; what was not measured is left out, and named under what was skipped or failed."""
    report = ["# Under load", "", *_facts(results), "", "## Promises", "", *_promises(results)]
    for name, render in _PARTS.items():
        if name in results:
            report += ["", f"## {name.capitalize()}", "", *render(results[name])]
    return report


def plot(results: Result) -> str:
    """Goodput by callers of each kind of text, as shares of its peak."""
    series = {}
    for kind in KINDS:
        if found := results.get(OVERLOAD.format(kind)):
            measured = [*found["levels"], *(window for window in found["windows"] if window["label"] != "peak")]
            peak = max(level["goodput"] for level in found["levels"]) or 1.0
            series[kind] = [(window["callers"] / found["capacity"], window["goodput"] / peak) for window in measured]
    return chart("Goodput under load", series, ("callers ÷ capacity", "share of the peak"), GOODPUT)


def facts(environment: Result) -> Iterator[str]:
    """On what, and of what, the numbers are."""
    for name, value in environment.items():
        words = ", ".join(f"{key}: {one}" for key, one in value.items()) if isinstance(value, dict) else value
        yield f"- {name.replace('_', ' ')}: {words}"


def _facts(results: Result) -> Iterator[str]:
    yield from facts(results["environment"])
    yield f"- seconds in total: {results['seconds']:.0f}"
    for name in ("skipped", "failed"):
        yield f"- {name}: {'; '.join(results[name]) or 'nothing'}"


def _promises(results: Result) -> Iterator[str]:
    rows = [(one.what, one.limit, one.measured, VERDICTS[one.kept]) for one in judge(results)]
    return table(("promise", "limit", "measured", ""), rows)


def _overload(found: Result) -> Iterator[str]:
    yield f"Capacity: {found['capacity']} callers. The two peaks differ by {100 * found['peak_spread']:.1f} %."
    retry = found["retry_after"]
    yield f"Let in at the first try after the pause asked for: {retry['let_in']} of {retry['retries']}."
    yield ""
    yield from windows([*found["levels"], *found["windows"]])


def _fairness(found: Result) -> Iterator[str]:
    floods = [(f"{users} flooding", one) for users, one in found["floods"].items()]
    rows = [
        (name, one["wait_p50_s"], one["wait_p95_s"], counts(one["outcomes"]), counts(one.get("flood", {})))
        for name, one in (("idle", found["idle"]), ("idle, 80 characters", found["segment"]), *floods)
    ]
    return table(("stack", "p50 s", "p95 s", "occasional user's calls", "flood's calls"), rows)


def _slow(found: Result) -> Iterator[str]:
    yield f"Answers begun: {found['answers_begun']}, of which {found['bytes_read'] / 2**20:.0f} MiB were read."
    yield ""
    rows = [(name, found["before_mb"].get(name), most) for name, most in found["most_mb"].items()]
    yield from table(("process", "most before, MiB", "most beside slow readers, MiB"), rows)
    yield ""
    yield from windows(found["windows"])


def _siege(found: Result) -> Iterator[str]:
    last = found["resident_mb"][-1] if found["resident_mb"] else {}
    memory = [f"{name} {mb:.0f}" for group in last.values() for name, mb in group.items()]
    yield f"Memory at the end, MiB: {', '.join(memory)}."
    yield ""
    yield from windows(found["windows"])


def _frozen(found: dict[str, Result]) -> Iterator[str]:
    names = ("found_s", "longest_silence_s", "longest_wait_s")
    rows = [(group, *(one[name] for name in names), counts(one["outcomes"])) for group, one in found.items()]
    return table(("frozen", "ended after s", "longest silence s", "longest wait s", "calls"), rows)


def _restarts(found: dict[str, list[str]]) -> Iterator[str]:
    return table(("during", "restarted"), [(name, " ".join(which) or "nothing") for name, which in found.items()])


_PARTS: dict[str, Callable[[Any], Iterator[str]]] = {
    "the table of the issue": windows,
    **{OVERLOAD.format(kind): _overload for kind in KINDS},
    "callers who are not polite": windows,
    "fairness": _fairness,
    "slow readers": _slow,
    "soak": _siege,
    "siege": _siege,
    "frozen": _frozen,
    "restarts": _restarts,
}
