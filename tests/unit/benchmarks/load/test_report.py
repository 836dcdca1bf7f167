import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from benchmarks.load import report
from benchmarks.load.chart import chart
from benchmarks.load.markdown import table
from benchmarks.load.plan import CORES
from benchmarks.load.promises import judge

REFUSALS = {"count": 1, "edge_p95_s": 0.02, "with_retry_after": 1}


def _window(label: str, callers: int, goodput: float) -> dict[str, Any]:
    return {
        "label": label,
        "callers": callers,
        "seconds": 10.0,
        "goodput": goodput,
        "calls_per_s": 1.5,
        "outcomes": {"spoken": 15, "refused": 1},
        "late": 0,
        "wait_p95_s": 2.5,
        "refusals": REFUSALS,
        "cpu_s": {"api": 5.0 * CORES, "generator": 1.0 * CORES},
    }


@pytest.fixture
def results() -> dict[str, Any]:
    levels = [_window("search", callers, audio) for callers, audio in ((1, 20.0), (2, 40.0), (4, 40.5))]
    return {
        "environment": {"date": "2026-11-25T06:00:00+00:00", "commit": "abc", "settings": {"HAOSHUO_ENV": "dev"}},
        "seconds": 12.3,
        "skipped": ["soak (time)"],
        "failed": {"fairness": "Traceback"},
        "restarts": {"frozen": ["triton"]},
        "overload of short texts": {
            "capacity": 2,
            "levels": levels,
            "windows": [_window("peak", 2, 40.0), _window("3×", 6, 39.0), _window("10×", 20, 30.0)],
            "ratios": {"3×": 0.975, "10×": 0.75},
            "peak_spread": 0.01,
            "outcomes": {"spoken": 60, "refused": 4},
            "late": 0,
            "refusals": REFUSALS,
            "retry_after": {"retries": 4, "let_in": 3},
        },
    }


def test_the_report_shows_what_was_measured(results: dict[str, Any]) -> None:
    """Facts, promises with their verdicts, windows with the CPU as a share of all cores, what was left out."""
    text = "\n".join(report.lines(results))
    assert "- commit: abc" in text
    assert "- settings: HAOSHUO_ENV: dev" in text
    assert "- skipped: soak (time)" in text
    assert "- failed: fairness" in text
    assert "| short texts: goodput at 3× the callers, share of the peak | ≥ 0.95 | 0.975 | kept |" in text
    assert "| short texts: goodput at 10× the callers, share of the peak | ≥ 0.95 | 0.75 | **not kept** |" in text
    assert "| 10× | 20 | 30 | 1.5 | 15 | 1 | 0 | 0 | 0 | 2.5 | 0 % | 50 % | 0 % | 10 % |" in text
    assert "Let in at the first try after the pause asked for: 3 of 4." in text


def test_what_was_not_measured_has_no_heading(results: dict[str, Any]) -> None:
    """No table of a scenario that failed or was skipped."""
    headings = [line for line in report.lines(results) if line.startswith("## ")]
    assert ["## Promises", "## Overload of short texts", "## Restarts"] == headings


def test_everything_is_written(results: dict[str, Any], tmp_path: Path) -> None:
    """JSON with the raw numbers and the verdicts, the tables, and a chart."""
    report.write(tmp_path, results)
    assert {"load-2026-11-25.json", "load-2026-11-25.md", "load-2026-11-25.svg"} == {p.name for p in tmp_path.iterdir()}
    raw = json.loads((tmp_path / "load-2026-11-25.json").read_text("utf-8"))
    assert [vars(promise) for promise in judge(results)] == raw.pop("promises")
    assert results == raw


def test_the_chart_is_of_shares(results: dict[str, Any]) -> None:
    """Callers as multiples of the capacity, goodput as a share of the peak, 0.95 as a dashed line."""
    svg = ET.fromstring(report.plot(results))  # noqa: S314 - our own
    labels = {text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert {"short", "0.5", "1", "2", "3", "10"} <= labels
    (line,) = svg.iter("{http://www.w3.org/2000/svg}polyline")
    assert len(line.attrib["points"].split()) == 5
    assert len([one for one in svg.iter("{http://www.w3.org/2000/svg}line") if "stroke-dasharray" in one.attrib]) == 1


def test_points_of_a_chart_lie_where_they_belong() -> None:
    """More is higher and further right; names are escaped."""
    svg = ET.fromstring(chart("a < b", {"x & y": [(1, 1.0), (4, 2.0), (2, 0.0)]}, ("x", "y")))  # noqa: S314
    (line,) = svg.iter("{http://www.w3.org/2000/svg}polyline")
    (left, high), (middle, low), (right, top) = (map(float, p.split(",")) for p in line.attrib["points"].split())
    assert left < middle < right
    assert low > high > top
    assert middle == pytest.approx((left + right) / 2)


def test_a_chart_of_one_point() -> None:
    """A line of no length is drawn, not divided by."""
    assert "polyline" in chart("one", {"x": [(1, 0.0)]}, ("x", "y"))


def test_cells() -> None:
    """Three digits of a float, a dash for nothing."""
    assert "| 1.23 | – | 12 | a |" == list(table(("a", "b", "c", "d"), [(1.2345, None, 12, "a")]))[-1]
