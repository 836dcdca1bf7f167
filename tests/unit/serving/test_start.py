import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from serving import settings as module
from serving import start
from serving.settings import StartSettings

BOUND = re.compile(r"max_queue_size: (\d+)")
COUNT = re.compile(r"count: (\d+)\n")


def _settings(run_dir: Path, **values: object) -> StartSettings:
    return StartSettings(triton_run_dir=run_dir, **values)  # type: ignore[arg-type]


def _config(settings: StartSettings, model: str) -> str:
    return (settings.models_dir / model / "config.pbtxt").read_text()


@pytest.mark.parametrize(
    ("cores", "memory_mb", "values", "expected"),
    [
        (2, 16_000, {}, 2),
        (8, 16_000, {}, 8),
        (8, 16_000, {"engine_threads": 2}, 4),
        (2, 16_000, {"engine_threads": 4}, 1),
        (16, 4096, {"engine": "baker"}, 6),
        (16, 4096, {"engine": "kokoro"}, 2),
        (2, 256, {}, 1),
        (2, 256, {"engine_instances": 5}, 5),
    ],
)
def test_instances_follow_the_machine(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cores: int,
    memory_mb: int,
    values: dict[str, Any],
    expected: int,
) -> None:
    """One instance for as many cores as it has threads, as far as the memory reaches; or as many as were chosen."""
    monkeypatch.setattr(module, "cores", lambda: cores)
    monkeypatch.setattr(module, "memory_mb", lambda: memory_mb)
    assert expected == _settings(tmp_path, **values).instances


def test_one_knob_sets_both_models_and_their_queues(tmp_path: Path) -> None:
    """The acoustic model and the vocoder have as many instances as were chosen, which share as many cores."""
    settings = _settings(tmp_path / "run", engine_instances=3)
    start.prepare(settings)
    for model in ("acoustic", "vocoder"):
        assert ["3"] == COUNT.findall(_config(settings, model))
        assert ["24"] == BOUND.findall(_config(settings, model))
    assert "--rate-limit-resource=core:3" in start.flags(settings)


def test_indextts2_stays_at_one(tmp_path: Path) -> None:
    """A queue with a delay and a timeout stalls with two instances (server#8870): the knob is not for this engine."""
    settings = _settings(tmp_path / "run", engine="indextts2", engine_instances=3)
    start.prepare(settings)
    for model in ("acoustic", "vocoder"):
        config = _config(settings, model)
        assert "count: 1 }" in config
        assert "server#8870" in config or "see acoustic" in config


@pytest.mark.parametrize("engine", ["baker", "kokoro", "indextts2"])
def test_no_configuration_can_stall(tmp_path: Path, engine: str) -> None:
    """No model has a queue with a delay and a timeout and several instances (server#8870)."""
    settings = _settings(tmp_path / "run", engine=engine, engine_instances=2)
    start.prepare(settings)
    for model in ("acoustic", "vocoder"):
        config = _config(settings, model)
        traps = ("max_queue_delay_microseconds: ", "default_timeout_microseconds: ", "count: 2")
        assert not all(trap in config for trap in traps)


@pytest.mark.parametrize("engine", ["baker", "kokoro", "indextts2"])
def test_the_vocoders_queue_is_not_the_longer_one(tmp_path: Path, engine: str) -> None:
    """What could wait in front of the vocoder has been let in by the acoustic model's queue."""
    settings = _settings(tmp_path / "run", engine=engine, engine_instances=4)
    start.prepare(settings)
    (acoustic,), (vocoder,) = (BOUND.findall(_config(settings, model)) for model in ("acoustic", "vocoder"))
    assert int(vocoder) <= int(acoustic)


def test_a_start_leaves_nothing_of_the_one_before(tmp_path: Path) -> None:
    """Another engine's files and old cancellations are gone, and the folder is nobody else's to look into."""
    settings = _settings(tmp_path / "run")
    start.prepare(settings)
    (settings.cancel_dir / ("0" * 32)).touch()
    (settings.models_dir / "acoustic/left").touch()
    start.prepare(settings)
    assert [] == list(settings.cancel_dir.iterdir())
    assert not (settings.models_dir / "acoustic/left").exists()
    assert 0o700 == settings.triton_run_dir.stat().st_mode & 0o777


def test_other_models_can_be_served(tmp_path: Path) -> None:
    """The sources of the models are a knob, as for a benchmark that has models of its own."""
    (tmp_path / "source/tts/configs").mkdir(parents=True)
    (tmp_path / "source/tts/configs/mine.pbtxt").write_text("count: ${instances}\n")
    settings = _settings(tmp_path / "run", models_source=tmp_path / "source", engine="mine", engine_instances=3)
    start.prepare(settings)
    assert ["tts"] == [folder.name for folder in settings.models_dir.iterdir()]
    assert "count: 3\n" == _config(settings, "tts")


def test_an_engine_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The knob and its value are named, and Triton is not started."""
    monkeypatch.setenv("HAOSHUO_TRITON_RUN_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("HAOSHUO_ENGINE", "nobody")
    with pytest.raises(SystemExit, match="HAOSHUO_ENGINE=nobody"):
        start.main()


def test_it_becomes_triton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that a supervisor or Docker knows is the server itself; the command line's flags come last."""
    server = tmp_path / "triton/bin/tritonserver"
    called: list[tuple[Path, list[str]]] = []
    monkeypatch.setattr(os, "execv", lambda program, arguments: called.append((program, arguments)))
    monkeypatch.setattr(sys, "argv", ["start", "--http-port=1"])
    monkeypatch.setenv("HAOSHUO_TRITON_RUN_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("HAOSHUO_TRITON_DIR", str(tmp_path / "triton"))
    start.main()
    ((program, arguments),) = called
    assert server == program
    assert [str(server), f"--model-repository={tmp_path}/run/models"] == arguments[:2]
    assert "--http-port=1" == arguments[-1]


def test_a_gpu_that_cannot_be_used_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was asked for, so Triton is not started on the CPU instead."""
    monkeypatch.setenv("HAOSHUO_TRITON_RUN_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("HAOSHUO_ENGINE", "indextts2")
    monkeypatch.setenv("HAOSHUO_INDEXTTS2_DEVICE", "cuda:99")
    with pytest.raises(SystemExit, match="HAOSHUO_INDEXTTS2_DEVICE"):
        start.main()
