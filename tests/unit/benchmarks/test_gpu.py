import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks.gpu import report
from benchmarks.gpu.__main__ import ITEMS, main
from benchmarks.gpu.bench import Bench
from benchmarks.gpu.clock import Budget
from benchmarks.gpu.engine import Engine
from benchmarks.gpu.model import FULL, Model, Scale, build, scale
from benchmarks.gpu.stages import BATCHED, ROWS
from benchmarks.gpu.upstream import Upstream
from benchmarks.gpu.work import Job, jobs, voices
from speech.indextts2.gpt import Sampling

ROOT = Path(__file__).parents[3]

ABSENT = ("sentencepiece", "soundfile", "soxr", "wetext", "pypinyin", "yaml", "transformers", "safetensors", "pydantic")
"""What need not be on the machine with the GPU."""

RUN = """
import sys
sys.modules |= dict.fromkeys({absent!r})
import torch
torch.set_num_threads(1)
from benchmarks.gpu.__main__ import main
sys.exit(main(["--device", "cpu", "--tiny", "--out", {out!r}]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a tiny run leaves on a machine where little is installed."""
    out = tmp_path_factory.mktemp("benchmark")
    code = RUN.format(absent=ABSENT, out=str(out))
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def results(folder: Path) -> Any:
    return json.loads((folder / "indextts2-gpu.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def tiny() -> Scale:
    return scale("tiny")


@pytest.fixture(scope="module")
def model(tiny: Scale) -> Model:
    torch.set_num_threads(1)
    return build(tiny, FULL, torch.device("cpu"))


@pytest.fixture
def work(tiny: Scale, model: Model) -> list[Job]:
    return jobs(tiny, voices(model, tiny), 3, 0)


def test_everything_is_measured_with_torch_alone(results: Any) -> None:
    """On a bare machine nothing fails or is left out."""
    assert ({}, []) == (results["failed"], results["skipped"])
    assert set(ITEMS) <= set(results)


def test_every_count_of_rows_is_there(results: Any) -> None:
    """Each setting was measured with each number of rows, and every row has exactly the codes it was to have."""
    assert set(BATCHED) == set(results["batches"])
    for found in results["batches"].values():
        assert list(ROWS) == [one["rows"] for one in found]
        assert list(ROWS) == [len(one["codes"]) for one in found]
    lengths = {codes for one in results["batches"]["default"] for codes in one["codes"]}
    assert {4, 6, 8} == lengths


def test_raw_numbers_say_of_what_they_are(results: Any) -> None:
    """Script, software and device stand beside the numbers."""
    assert {"version", "source", "scale", "weights", "torch", "device"} <= set(results["environment"])
    assert torch.__version__ == results["environment"]["torch"]


def test_a_tiny_run_judges_no_target(folder: Path) -> None:
    """The table names every target, and none of them is met or missed by a model that is not the real one."""
    table = (folder / "indextts2-gpu.md").read_text("utf-8")
    assert 3 * len(BATCHED) == table.count("not judged")
    assert "| met |" not in table
    assert "| not met |" not in table


def test_targets_are_ratios_within_the_run() -> None:
    """RTF, and how many times as fast as the upstream way: alone, and 16 rows against one after another."""
    one = {"seconds": 0.5, "audio_s": 10.0, "rows": 16, "audio_per_s": 90.0}
    results = {"single": {"default": [one]}, "upstream": [{**one, "seconds": 2.5}], "batches": {"default": [one]}}
    found = [row[2:] for row in report.targets(results) if row[0] == "default"]
    assert [(0.08, 0.05, True), (4, 5.0, True), (20, 22.5, True)] == found
    assert {(None, None)} == {row[3:] for row in report.targets(results) if row[0] != "default"}


@pytest.mark.parametrize("beams", [1, 3])
def test_the_upstream_way_says_the_same(model: Model, work: list[Job], beams: int) -> None:
    """Without sampling, upstream's arithmetic row by row gives the engine's codes, mels and waveforms in a batch."""
    sampling = Sampling(greedy=True, beams=beams)
    ours, way = Engine(model, sampling=sampling).speak(work), Upstream(model, sampling)
    for i, job in enumerate(work):
        theirs = way.speak(job)
        assert job.codes == len(ours.codes[i])
        assert theirs.codes[0].tolist() == ours.codes[i].tolist()
        torch.testing.assert_close(theirs.mels[0], ours.mels[i], atol=1e-4, rtol=0)
        torch.testing.assert_close(theirs.waveforms[0], ours.waveforms[i], atol=1e-4, rtol=0)


def test_with_sampling_there_are_as_many_codes_as_asked(model: Model, work: list[Job]) -> None:
    """Both ways make exactly the codes of the job, none of which the codec does not know."""
    size = model.codec.quantizer.level.codebook.num_embeddings
    for codes in (*Engine(model).speak(work).codes, *(Upstream(model).speak(job).codes[0] for job in work)):
        assert int(codes.max()) < size
    assert [job.codes for job in work] == [len(Upstream(model).speak(job).codes[0]) for job in work]


def test_takes_are_of_the_same_lengths_and_never_the_same(tiny: Scale, model: Model) -> None:
    """Another take has the shapes that are warm by now, but other texts and seeds; within a take all differ too."""
    among = voices(model, tiny)
    first, second = (jobs(tiny, among, 32, take) for take in range(2))
    assert [job.codes for job in first] == [job.codes for job in second]
    assert 64 == len({job.seed for job in first + second})
    assert 64 == len({tuple(job.text.tolist()) for job in first + second})


def test_what_comes_after_the_time_is_left_out(tmp_path: Path) -> None:
    """With no time at all every item is named as skipped, and the report still stands."""
    assert 0 == main(["--device", "cpu", "--tiny", "--seconds", "0", "--out", str(tmp_path)])
    results = json.loads((tmp_path / "indextts2-gpu.json").read_text("utf-8"))
    assert [f"{item} (time)" for item in ITEMS] == results["skipped"]


def test_a_failure_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails is named, with where; the command fails, but the other items are written."""

    def broken(_: Bench) -> None:
        raise RuntimeError("CUDA error")

    timed = {"prompt_frames": 6, "ms": float("nan")}
    monkeypatch.setattr("benchmarks.gpu.__main__.ITEMS", {"quality": broken, "conditioning": lambda _: timed})
    assert 1 == main(["--device", "cpu", "--tiny", "--out", str(tmp_path)])
    results = json.loads((tmp_path / "indextts2-gpu.json").read_text("utf-8"))
    assert "CUDA error" in results["failed"]["quality"]
    assert {"prompt_frames": 6, "ms": "nan"} == results["conditioning"]


def test_budget_ends() -> None:
    """Time that is given is over at some point."""
    assert Budget(0).over
    assert not Budget(1000).over


def test_arrivals_are_waited_for(results: Any) -> None:
    """At every rate each segment was spoken after it came, alone or with others."""
    for found in results["stream"]["rates"]:
        assert found["segments"] == len(found["all_s"])
        assert min(found["all_s"]) > 0
        assert found["p50_s"] <= found["p95_s"]
        assert 0 == found["recorded"]
