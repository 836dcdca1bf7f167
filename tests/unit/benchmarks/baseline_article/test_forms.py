from pathlib import Path

from benchmarks.baseline_article.forms import FORMS
from benchmarks.load.plan import CORES

PYTHON = Path("venv/bin/python")


def test_the_printed_form_is_one_process_for_each_program() -> None:
    """Run as they stand, without a server in front."""
    form = FORMS["printed"]
    assert ["venv/bin/python", "-m", "benchmarks.baseline_article.engine", "7860"] == form.engine(PYTHON, 7860)
    assert ["venv/bin/python", "-m", "benchmarks.baseline_article.proxy", "5000"] == form.proxy(PYTHON, 5000)


def test_the_deployed_engine_has_a_worker_for_each_core() -> None:
    """Each with a model of its own: what a worker loads is not shared."""
    command = FORMS["deployed"].engine(PYTHON, 7860)
    assert str(CORES) == command[command.index("--workers") + 1]
    assert "sync" == command[command.index("--worker-class") + 1]
    assert "--preload" not in command


def test_the_deployed_proxy_has_a_thread_for_each_caller() -> None:
    """It holds as many calls as the benchmark has callers."""
    command = FORMS["deployed"].proxy(PYTHON, 5000)
    workers, threads = (int(command[command.index(name) + 1]) for name in ("--workers", "--threads"))
    assert workers * threads >= 64


def test_only_one_form_has_our_vocoder() -> None:
    """The others are what targets are set against."""
    assert ["our vocoder"] == [name for name, form in FORMS.items() if form.our_vocoder]
