import io
import json
import sys

import pytest

from benchmarks.load.promises import Promise
from benchmarks.speed import looping
from benchmarks.speed.part import Machine
from benchmarks.speed.parts import in_process

MACHINE = Machine(cores=2, avx512=True)


def _found(triton: float) -> dict[str, object]:
    rates = {"loop": 40.0, "triton": triton}
    windows = [{"system": name, "calls_per_s": rate, "audio_s_per_s": 4 * rate} for name, rate in rates.items()]
    return {"windows": windows * 2}


@pytest.mark.parametrize(("triton", "kept"), [(39.0, True), (36.0, False)])
def test_the_share_is_judged(triton: float, kept: bool) -> None:  # noqa: FBT001 - a row of the table
    """Triton must reach 95 % of the models alone, over all windows."""
    (promise,) = in_process.promises(_found(triton), MACHINE)
    assert Promise(promise.what, "≥ 0.95", f"{triton / 40:.3g}", kept) == promise


def test_the_table_shows_every_window() -> None:
    """Calls and audio seconds a second of each window, in the order in which they were measured."""
    assert "| triton | 39 | 156 |" in list(in_process.lines(_found(39.0)))


def test_a_loop_speaks_for_as_long_as_it_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line of input is a number of seconds, each answer counts what was spoken in them."""

    class Speaker:
        def __init__(self, *_: object) -> None: ...

        def speak(self) -> float:
            return 2.0

    monkeypatch.setattr(looping, "Speaker", Speaker)
    monkeypatch.setattr(sys, "argv", ["looping", "voice", "1"])
    monkeypatch.setattr(sys, "stdin", io.StringIO("0.01\n0\n"))
    looping.main()
    ready, first, second = capsys.readouterr().out.splitlines()
    assert "ready" == ready
    found = json.loads(first)
    assert 0 < found["calls"] == found["audio_s"] / 2
    assert 0.01 <= found["seconds"]
    assert 0 == json.loads(second)["calls"]
