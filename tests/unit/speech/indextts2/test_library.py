from pathlib import Path

import pytest
import torch

from speech.errors import RecordingError, UnknownVoiceError
from speech.indextts2.library import Library, VoiceFolder
from speech.indextts2.recordings import Recording
from speech.indextts2.voices import VoiceCache, VoiceState
from tests.support.recordings import file, voice

ANNA = file(voice(3.0, 16000, pitch=200), 16000)
BEN = file(voice(3.5, 16000, pitch=100), 16000, "FLAC")


class FakeEncoder:
    """A voice that says how long its recording was."""

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, recording: Recording) -> VoiceState:
        self.calls += 1
        return VoiceState(*[torch.tensor([len(recording.samples) / recording.rate])] * 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "voices"
    path.mkdir()
    (path / "anna.wav").write_bytes(ANNA)
    (path / "小雅.flac").write_bytes(BEN)
    (path / "README.md").touch()
    (tmp_path / "secret.wav").write_bytes(BEN)
    return path


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def library(folder: Path, encoder: FakeEncoder) -> Library:
    return Library(VoiceFolder(folder), VoiceCache(10_000), encoder)


def _seconds(state: VoiceState) -> float:
    return state.style.item()


def test_built_in_voices_are_the_files_of_the_folder(folder: Path) -> None:
    """By their names without the ending, sorted; other files and a missing folder are no voices."""
    assert ["anna", "小雅"] == list(VoiceFolder(folder))
    assert [] == list(VoiceFolder(folder / "missing"))


def test_a_built_in_voice_is_made_once(library: Library, encoder: FakeEncoder) -> None:
    """The first request makes it, the next finds it."""
    assert 3.0 == _seconds(library.state("anna"))
    assert library.state("anna") is library.state("anna")
    assert 3.5 == _seconds(library.state("小雅"))
    assert 2 == encoder.calls


def test_the_folder_is_loaded_at_once(library: Library, encoder: FakeEncoder, folder: Path) -> None:
    """Before anybody asks; what is no voice stops nothing."""
    (folder / "bad.wav").write_bytes(b"no sound")
    library.load()
    assert 2 == encoder.calls
    library.state("anna")
    assert 2 == encoder.calls


def test_what_is_known_needs_no_model(library: Library, encoder: FakeEncoder) -> None:
    """A voice that was made, a recording that was heard, and whatever is an error at once."""
    for voice_id, recording, known in (
        ("anna", None, False),
        ("mine", BEN, False),
        ("mine", None, True),
        ("../", BEN, True),
    ):
        assert known == library.knows(voice_id, recording)
    library.state("anna")
    library.state("mine", BEN)
    assert 2 == encoder.calls
    assert library.knows("anna")
    assert library.knows("mine", BEN)
    assert library.knows("yours", BEN)


def test_a_new_file_is_a_new_voice(library: Library, folder: Path) -> None:
    """Without a restart."""
    with pytest.raises(UnknownVoiceError):
        library.state("new")
    (folder / "new.ogg").write_bytes(file(voice(4.0, 16000), 16000, "OGG"))
    assert 4.0 == pytest.approx(_seconds(library.state("new")), abs=0.01)


def test_a_cloned_voice_is_asked_for_once(library: Library, encoder: FakeEncoder) -> None:
    """Unknown, then sent, then held; the same recording under another id is not made again."""
    with pytest.raises(UnknownVoiceError, match="unknown_voice: 没有这个音色：mine"):
        library.state("mine")
    state = library.state("mine", BEN)
    assert 3.5 == _seconds(state)
    assert state is library.state("mine")
    assert state is library.state("yours", BEN)
    assert 1 == encoder.calls


def test_another_recording_replaces_the_voice(library: Library) -> None:
    """Whoever records a voice again hears the new one."""
    library.state("mine", BEN)
    assert 3.0 == _seconds(library.state("mine", ANNA))
    assert 3.0 == _seconds(library.state("mine"))


def test_no_one_replaces_a_built_in_voice(library: Library, folder: Path) -> None:
    """A recording sent under its id is not used, neither before nor after its file came."""
    assert 3.0 == _seconds(library.state("anna", BEN))
    library.state("late", BEN)
    (folder / "late.wav").write_bytes(ANNA)
    assert 3.0 == _seconds(library.state("late"))


def test_a_bad_recording_leaves_what_was(library: Library) -> None:
    """It is an error, and the voice before it stays."""
    library.state("mine", BEN)
    with pytest.raises(RecordingError, match="recording_unreadable"):
        library.state("mine", b"no sound")
    assert 3.5 == _seconds(library.state("mine"))


@pytest.mark.parametrize(
    "voice_id",
    ["", "../secret", "..", ".", ".anna", "/etc/passwd", "a/b", "a\\b", "anna\x00", "anna\n", "a b", "x" * 65, "anna*"],
)
@pytest.mark.parametrize("audio", [None, BEN], ids=["bare", "with audio"])
def test_no_id_leads_out_of_the_folder(
    library: Library, encoder: FakeEncoder, folder: Path, voice_id: str, audio: bytes | None
) -> None:
    """What is no plain name is unknown, and no file is opened for it."""
    with pytest.raises(UnknownVoiceError, match="unknown_voice: "):
        library.state(voice_id, audio)
    assert VoiceFolder(folder).path(voice_id) is None
    assert 0 == encoder.calls
