from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.kokoro import __main__ as benchmark
from benchmarks.kokoro import measuring
from benchmarks.kokoro.models import Inputs


def _noise(inputs: Inputs) -> Any:
    return np.random.default_rng(0).normal(size=4800).astype(np.float32) * inputs["style"].mean()


def test_a_report_of_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any) -> None:
    """Every text is spoken by both with one thread and two, and has a row in the table and a record in the JSON."""

    class Texts:
        def __init__(self, _folder: Path) -> None: ...

        def inputs(self, _text: str, _voice: str) -> Inputs:
            return {"tokens": np.zeros((1, 3), np.int64), "style": np.ones((1, 256), np.float32)}

    monkeypatch.setattr(benchmark, "Texts", Texts)
    monkeypatch.setattr(benchmark, "published", lambda *_: _noise)
    monkeypatch.setattr(benchmark, "ours", lambda *_: _noise)
    assert benchmark.main(["--out", str(tmp_path), "--rounds", "2"]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("| 1 |", "| 2 |"))]
    assert 2 * len(benchmark.TEXTS) == len(rows)
    assert {".json", ".md"} == {file.suffix for file in tmp_path.iterdir()}


def test_how_far_apart() -> None:
    """Twice the amplitude is 6 dB apart, the same is not apart, and sounds of two lengths are not compared."""
    inputs = {"style": np.ones((1, 256), np.float32)}
    assert 0 == measuring.apart(_noise, _noise, inputs)["ours_db"]
    assert measuring.apart(_noise, lambda one: 2 * _noise(one), inputs)["ours_db"] == pytest.approx(6.02, abs=0.01)
    assert measuring.apart(_noise, lambda one: _noise(one)[1:], inputs)["ours_db"] is None
