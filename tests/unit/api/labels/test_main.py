"""`python -m api.labels` shows the labels of files and says whether they are this service's."""

import io
import json
import sys
from pathlib import Path

import pytest

from api.audio.encoder import FileEncoder
from api.audio.formats import FORMATS, Encoding
from api.labels.__main__ import main
from api.labels.metadata import Labels, Signer
from tests.support.labels import SIGNER
from tests.support.sounds import RATE, said

OURS = Labels("haoshuo", SIGNER).of("c0ffee" * 5)
THEIRS = Labels("theirs", Signer("t" * 32)).of("c0ffee" * 5)


@pytest.fixture
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ENV": "dev", "JWT_KEYS": "k" * 32, "USER_HASH_KEY": "h" * 32}.items():
        monkeypatch.setenv(f"HAOSHUO_{name}", value)


def file(folder: Path, name: str, label: str) -> str:
    """The path of a file of the format by which its name ends."""
    path = folder / name
    encoder = FileEncoder(Encoding(FORMATS[path.suffix[1:]], label=label), RATE)
    encoder.write(said(RATE, 0.1), RATE, 0.0)
    path.write_bytes(b"".join(encoder.finish()))
    return str(path)


@pytest.mark.usefixtures("_key")
def test_a_good_label(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is shown with its container and its fields, and the status is 0."""
    files = [file(tmp_path, name, OURS) for name in ("a.mp3", "b.wav")]
    assert 0 == main(files)
    shown = capsys.readouterr().out
    assert shown.startswith(f"✓ {files[0]} (mp3): ")
    assert f"✓ {files[1]} (wav): " in shown
    for field, value in json.loads(OURS)["AIGC"].items():
        assert 2 == sum(line.split() == [field, *filter(None, [value])] for line in shown.splitlines())


@pytest.mark.usefixtures("_key")
@pytest.mark.parametrize(
    ("label", "status", "mark"),
    [("", 1, "✗"), (OURS.replace("haoshuo", "another"), 1, "✗"), (THEIRS, 3, "?")],
)
def test_other_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str], label: str, status: int, mark: str) -> None:
    """One of several files decides; what is wrong outweighs what cannot be known."""
    good, other = file(tmp_path, "good.mp3", OURS), file(tmp_path, "other.mp3", label)
    assert status == main([good, other])
    assert f"\n{mark} {other} (mp3): " in capsys.readouterr().out
    assert 1 == main([good, other, str(tmp_path / "missing.mp3")])


def test_without_a_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On another machine labels are shown, and said not to be verified, and why."""
    assert 3 == main([file(tmp_path, "speech.opus", OURS)])
    shown = capsys.readouterr()
    assert "c0ffee" in shown.out
    assert "HAOSHUO_USER_HASH_KEY" in shown.err


@pytest.mark.usefixtures("_key")
def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file can be piped into a container, also one whose label is at its end."""
    data = Path(file(tmp_path, "speech.wav", OURS)).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert 0 == main(["-"])
