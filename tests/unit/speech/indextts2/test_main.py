import io
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from compose.local.settings import ROOT
from speech.indextts2.__main__ import main
from speech.indextts2.files import FILES
from tests.fakes.hub import FakeHub
from tests.support import recordings


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    content: dict[str, dict[str, bytes]] = {}
    for file in FILES:
        path = f"{file.source}config.json" if file.is_folder else file.source
        content.setdefault(file.repository.huggingface, {})[path] = path.encode()
    with FakeHub(content) as hub:
        yield hub


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["speech.indextts2", *map(str, arguments)])
    return main()


def test_check_says_complete(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A whole checkpoint is one line and exit code 0."""
    assert 0 == run(monkeypatch, "check", checkpoint)
    assert "✓ 完整 complete\n" == capsys.readouterr().out


def test_check_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every problem is a line, counted at the end, with exit code 1."""
    assert 1 == run(monkeypatch, "check", tmp_path)
    *findings, last = capsys.readouterr().out.splitlines()
    problems = [line for line in findings if line.startswith("✗ ")]
    assert len(FILES) == len(problems)  # all required ones, and the configuration cannot be read
    assert f"{len(problems)} 处问题 problem(s): {tmp_path}" == last


def test_fetch_shows_the_licence_first(
    tmp_path: Path, hub: FakeHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal and without --accept-license nothing is downloaded: a sentence, and exit code 1."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert 1 == run(monkeypatch, "fetch", tmp_path, "--mirror", hub.url)
    out = capsys.readouterr().out
    assert "bilibili Model Use License" in out
    assert "amphion/MaskGCT: CC BY-NC 4.0" in out
    assert out.endswith("✗ 请先阅读协议，同意后加上 --accept-license (read the licence, then add --accept-license)\n")
    assert [] == hub.asked


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code"), [("yes", 0), (" YES ", 0), ("y", 1), ("", 1)])
def test_fetch_asks_at_a_terminal(
    tmp_path: Path, hub: FakeHub, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    """Only a typed yes accepts the licence."""
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", lambda _: answer)
    assert code == run(monkeypatch, "fetch", tmp_path / "model", "--mirror", hub.url)
    assert (code == 0) == (tmp_path / "model/gpt.pth").exists()


def test_fetch_from_a_mirror(
    tmp_path: Path, hub: FakeHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the flag the folder is filled from the mirror; what the hub lacks is said, with exit code 1."""
    assert 0 == run(monkeypatch, "fetch", tmp_path, "--mirror", hub.url, "--accept-license")
    assert f"✓ 已下载 fetched: {tmp_path}" in capsys.readouterr().out
    hub.content.clear()
    assert 1 == run(monkeypatch, "fetch", tmp_path, "--mirror", hub.url, "--accept-license", "--source", "modelscope")
    assert "✗ " in capsys.readouterr().out


def test_a_mirror_is_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A local file is no mirror."""
    with pytest.raises(SystemExit, match="2"):
        run(monkeypatch, "fetch", tmp_path, "--mirror", "file:///etc", "--accept-license")


def test_an_interrupted_fetch_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C is no traceback."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("speech.indextts2.__main__.fetch", interrupted)
    assert 1 == run(monkeypatch, "fetch", tmp_path, "--accept-license")
    assert "重新运行会接着下载 (stopped; run again to go on)" in capsys.readouterr().out


def test_say_needs_no_server(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A recording and a text in, WAV out; what cannot be said is one line and exit code 1."""
    (tmp_path / "ben.wav").write_bytes(recordings.file(recordings.voice(3.2)))
    out = tmp_path / "out.wav"
    assert 0 == run(monkeypatch, "say", checkpoint, tmp_path / "ben.wav", "你好", out, "--emotion", "sad")
    with wave.open(str(out)) as reader:
        assert (22050, 1, 2) == (reader.getframerate(), reader.getnchannels(), reader.getsampwidth())
        assert reader.getnframes() > 22050 * 0.2
    capsys.readouterr()
    assert 1 == run(monkeypatch, "say", checkpoint, "nobody", "你好", out)
    assert "✗ unknown_voice: 没有这个音色：nobody\n" == capsys.readouterr().out
    assert 1 == run(monkeypatch, "say", tmp_path, "nobody", "你好", out)
    assert 1 == len(capsys.readouterr().out.splitlines())


def test_downloading_takes_nothing_but_python() -> None:
    """A server that runs everything in Docker has no torch, no numpy, and no package index to get them from."""
    names = [module for module in sys.stdlib_module_names if module.isidentifier()]
    program = (
        "import sys\n"
        "import speech.indextts2.__main__\n"
        f"strangers = {{name.split('.')[0] for name in sys.modules}} - set({names!r})\n"
        "sys.exit(' '.join(sorted(strangers - {'__main__', 'speech'})) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = [{str(ROOT)!r}]\n" + program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
