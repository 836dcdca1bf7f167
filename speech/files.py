"""The files of an embedded voice: prepared whole or not at all, checked against their SHA-256 before every use."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

AGAIN = "请重新运行 make setup (run make setup again)"


class VoiceFilesError(Exception):
    """A file of the voice is missing or is not the one that is meant; the message says what to do."""


@dataclass(frozen=True)
class VoiceFiles:
    """By their names in the voice's folder."""

    sha256: Mapping[str, str]

    def prepare(self, folder: Path, write: Callable[[Path], None]) -> None:
        """Make `folder` what `write` writes into an empty one; what was there stays if that fails or is not right."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as name:
            new = Path(name) / folder.name
            new.mkdir()
            write(new)
            self.verify(new)
            shutil.rmtree(folder, ignore_errors=True)
            new.rename(folder)

    def verify(self, folder: Path) -> None:
        """Raise `VoiceFilesError` unless every file in `folder` is the one that is meant."""
        for name in self.sha256:
            self.read(folder, name)

    def read(self, folder: Path, name: str) -> bytes:
        """The content of one file, which is the one that is meant, or `VoiceFilesError`."""
        return verified(folder / name, self.sha256[name], "音色文件")


def verified(file: Path, sha256: str, kind: str) -> bytes:
    """The content of a file, if it has this checksum; the error says of what kind it is."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise VoiceFilesError(f"缺少{kind} {file}，{AGAIN}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise VoiceFilesError(f"{kind}校验失败：{file}，{AGAIN}")
    return content
