import sys
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from speech.baker.__main__ import main as baker
from speech.kokoro.__main__ import main as kokoro

Main = Callable[[], int]


def _run(monkeypatch: pytest.MonkeyPatch, main: Main, *arguments: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["speech", *map(str, arguments)])
    return main()


@pytest.mark.parametrize(
    ("main", "engine", "manner"),
    [
        (baker, "baker", ["--emotion", "happy", "--speed", "1.5"]),
        (kokoro, "kokoro", ["--voice", "yunxi+xiaoxiao", "--emotion", "happy", "--intensity", "0.5", "--pitch", "1.1"]),
    ],
    ids=["baker", "kokoro"],
)
def test_say_writes_a_wav(
    monkeypatch: pytest.MonkeyPatch, voices: Path, tmp_path: Path, main: Main, engine: str, manner: list[str]
) -> None:
    """`say` needs no server: text in, WAV out."""
    file = tmp_path / "out.wav"
    assert 0 == _run(monkeypatch, main, "say", voices / engine, "你好，世界。", file, *manner)
    with wave.open(str(file)) as wav:
        assert (24000, 1, 2) == (wav.getframerate(), wav.getnchannels(), wav.getsampwidth())
        assert wav.getnframes() > 24000 * 0.5


@pytest.mark.parametrize("main", [baker, kokoro], ids=["baker", "kokoro"])
@pytest.mark.parametrize("arguments", [("verify", "nowhere"), ("say", "nowhere", "你好", "out.wav")])
def test_a_failure_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], main: Main, arguments: tuple[str, ...]
) -> None:
    """Missing files are one line on stderr and exit status 1."""
    assert 1 == _run(monkeypatch, main, *arguments)
    assert 1 == len(capsys.readouterr().err.splitlines())
