import sys
import wave
from pathlib import Path

import pytest

from speech.kokoro.__main__ import main


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["speech.kokoro", *map(str, arguments)])
    return main()


def test_say_writes_a_wav(monkeypatch: pytest.MonkeyPatch, voice_folder: Path, tmp_path: Path) -> None:
    """`say` needs no server: text in, WAV out."""
    file = tmp_path / "out.wav"
    manner = ["--voice", "yunxi+xiaoxiao", "--emotion", "happy", "--intensity", "0.5", "--pitch", "1.1"]
    assert 0 == _run(monkeypatch, "say", voice_folder, "你好。", file, *manner)
    with wave.open(str(file)) as wav:
        assert (24000, 1, 2) == (wav.getframerate(), wav.getnchannels(), wav.getsampwidth())
        assert wav.getnframes() > 24000 * 0.3


@pytest.mark.parametrize("arguments", [("verify", "nowhere"), ("say", "nowhere", "你好", "out.wav")])
def test_a_failure_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    """Missing files are one line on stderr and exit status 1."""
    assert 1 == _run(monkeypatch, *arguments)
    assert 1 == len(capsys.readouterr().err.splitlines())
