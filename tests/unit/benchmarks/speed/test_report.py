import asyncio
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.load.promises import Promise, least
from benchmarks.speed import __main__ as program
from benchmarks.speed import report
from benchmarks.speed.part import Machine, Plot, Result, Say
from benchmarks.speed.plan import Plan


async def _measure(plan: Plan, say: Say) -> Result:
    say("half-way")
    return {"rate": plan.of(1.0, 3.0)}


async def _fail(_plan: Plan, _say: Say) -> Result:
    raise ValueError("no such thing")


def _lines(found: Result) -> Iterator[str]:
    yield f"The rate is {found['rate']}."


def _promises(found: Result, machine: Machine) -> Iterator[Promise]:
    yield least("rate", machine.of(2.0, 1.0), found["rate"])


def _plots(found: Result) -> Mapping[str, Plot]:
    return {"rate": Plot("Rate", {"all": [(1, found["rate"]), (2, 5.0)]}, ("callers", "rate"))}


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    good = SimpleNamespace(TITLE="Good", measure=_measure, lines=_lines, promises=_promises, plots=_plots)
    parts = {"good": good, "bad": SimpleNamespace(TITLE="Bad", measure=_fail)}
    monkeypatch.setattr(report, "PARTS", parts)
    return parts


def test_a_part_that_fails_does_not_take_the_others_with_it(
    parts: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report has the part that was measured, names the one that failed, and its charts can be opened."""
    results = asyncio.run(program.measure(parts, Plan(quick=False), tmp_path))
    assert ["bad"] == [*results["failed"]]
    assert "good: half-way" in capsys.readouterr().out
    (raw,), (text,), (chart,) = (sorted(tmp_path.glob(f"speed-*.{kind}")) for kind in ("json", "md", "svg"))
    assert {"rate": 3.0} == json.loads(raw.read_text())["parts"]["good"]
    assert "- failed: bad" in text.read_text()
    assert "## Good\n\nThe rate is 3.0." in text.read_text()
    assert chart.name.endswith("-rate.svg")
    ET.fromstring(chart.read_text())  # noqa: S314 - we wrote it


@pytest.mark.parametrize(("avx512", "kept"), [(True, False), (False, True)])
@pytest.mark.usefixtures("parts")
def test_targets_depend_on_the_processor(avx512: bool, kept: bool) -> None:  # noqa: FBT001 - a row of the table
    """What a processor with AVX-512 must reach is more than what others must."""
    results = {"environment": {"cores": 2, "avx512": avx512}, "parts": {"good": {"rate": 1.5}}}
    assert [kept] == [promise.kept for promise in report.judge(results)]


def test_a_plan_is_quick_or_whole() -> None:
    """Each number has two values, and the plan's name says which."""
    assert ("quick", 1) == (Plan(quick=True).name, Plan(quick=True).of(1, 2))
    assert ("whole", 2) == (Plan(quick=False).name, Plan(quick=False).of(1, 2))
