"""Files and streams of every format that has a place for it have a label, and are otherwise what they were."""

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from api.audio.encoder import FileEncoder, StreamEncoder
from api.audio.formats import FORMATS, Encoding
from api.labels.metadata import Labels
from api.labels.reader import read
from tests.support.files import decode
from tests.support.labels import SIGNER, signed
from tests.support.sounds import said

RATE = 24000
SPEECH = said(RATE, 0.4, -0.1, 0.7)
LABEL = Labels("haoshuo", SIGNER).of("c0ffee" * 5)
CONTAINERS = [name for name in FORMATS if name not in {"pcm", "ulaw", "alaw"}]
FFPROBE = shutil.which("ffprobe")


def whole(encoding: Encoding) -> bytes:
    encoder = FileEncoder(encoding, RATE)
    encoder.write(SPEECH, RATE, 0.25)
    return b"".join(encoder.finish())


def stream(encoding: Encoding) -> bytes:
    encoder = StreamEncoder(encoding, RATE)
    return b"".join(encoder.parts(SPEECH, RATE, 0.25)) + encoder.finish()


def duration(data: bytes) -> int | None:
    """In microseconds, as the container says it."""
    with av.open(io.BytesIO(data), "r") as container:
        return container.duration


@pytest.mark.parametrize("make", [whole, stream])
@pytest.mark.parametrize("name", CONTAINERS)
def test_a_label_changes_nothing_else(name: str, make: Callable[[Encoding], bytes]) -> None:
    """It is read again, from its first byte to its last; samples and duration are those of a file without it."""
    plain = Encoding(FORMATS[name])
    labelled = make(replace(plain, label=LABEL))
    assert json.loads(LABEL)["AIGC"] == signed(labelled)
    rate = plain.rate_of(RATE)
    assert np.array_equal(decode(make(plain), plain.format, rate), decode(labelled, plain.format, rate))
    # That of ADTS is guessed from the first frames and the size.
    assert name == "aac" or duration(make(plain)) == duration(labelled)


@pytest.mark.parametrize("make", [whole, stream])
@pytest.mark.parametrize("name", FORMATS)
def test_without_a_label(name: str, make: Callable[[Encoding], bytes]) -> None:
    """A format without a place for it, and a file that is not to have one, say nothing."""
    assert b"AIGC" not in make(Encoding(FORMATS[name]))
    if name not in CONTAINERS:
        assert make(Encoding(FORMATS[name])) == make(Encoding(FORMATS[name], label=LABEL))


@pytest.mark.parametrize(
    ("name", "make"), [*((name, whole) for name in ("wav", "mp3", "flac", "opus")), ("wav", stream), ("mp3", stream)]
)
def test_libsndfile_plays_it(name: str, make: Callable[[Encoding], bytes]) -> None:
    """Another reader finds as many samples as without a label."""
    plain = Encoding(FORMATS[name])
    files = (make(plain), make(replace(plain, label=LABEL)))
    expected, actual = (soundfile.read(io.BytesIO(data))[0] for data in files)
    assert np.array_equal(expected, actual)


@pytest.mark.skipif(not FFPROBE, reason="needs ffprobe")
@pytest.mark.parametrize("make", [whole, stream])
@pytest.mark.parametrize("name", CONTAINERS)
def test_ffprobe_shows_it(name: str, make: Callable[[Encoding], bytes], tmp_path: Path) -> None:
    """What others look with finds the label, and nothing to complain about."""
    path = tmp_path / f"speech.{name}"
    path.write_bytes(make(Encoding(FORMATS[name], label=LABEL)))
    command = [FFPROBE or "", "-v", "error", "-show_entries", "format_tags:stream_tags", "-of", "json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    shown = json.loads(done.stdout)
    tags = shown["format"].get("tags", {}) | shown["streams"][0].get("tags", {})
    assert (LABEL, "") == (tags["AIGC"], done.stderr)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ('{"AIGC": {"Label": "1"}}', {"Label": "1"}),
        ('{"Label": "1", "ProduceID": "7"}', {"Label": "1", "ProduceID": "7"}),
        ('{"Label": 1}', {"Label": "1"}),
        ("generated", None),
        ("[1]", None),
        ('{"AIGC": "1"}', None),
        ("[" * 100_000, None),
    ],
)
def test_labels_of_others(written: str, found: dict[str, str] | None) -> None:
    """With the outer object or without, also with numbers; what is no label is none."""
    assert ("flac", found) == read(io.BytesIO(whole(Encoding(FORMATS["flac"], label=written))))


def test_containers_that_we_do_not_write() -> None:
    """They are not opened, sound or not: among them are playlists, by which a file would have others read."""
    soundfile.write(file := io.BytesIO(), SPEECH, RATE, format="AIFF")
    file.seek(0)
    with pytest.raises(ValueError, match=r"."):
        read(file)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"hello, world" * 100, whole(Encoding(FORMATS["m4a"]))[:60]])
def test_what_is_no_sound(data: bytes) -> None:
    """It is said to be so."""
    with pytest.raises(ValueError, match=r"."):
        read(io.BytesIO(data))
