import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from speech.indextts2 import checksums
from speech.indextts2.fetch import fetch
from speech.indextts2.files import FILES, INDEXTTS2, MASKGCT, NVIDIA, QWEN, missing
from speech.indextts2.hubs import BASES, FetchError
from tests.fakes.hub import FakeHub


def published() -> dict[str, dict[str, bytes]]:
    """Every repository under its name on either hub, with some files that nobody wants."""
    content: dict[str, dict[str, bytes]] = {}
    for file in FILES:
        for name in (file.repository.huggingface, file.repository.modelscope):
            path = f"{file.source}vocab.json" if file.is_folder else file.source
            size = 2000 if path.endswith(("pth", "pt", "bin", "safetensors")) else 50
            content.setdefault(name, {"README.md": b"hello"})[path] = f"{path}!".encode() * size
    content[INDEXTTS2.huggingface] |= {"LICENSE.txt": b"terms", f"{QWEN}model.safetensors": b"q" * 3000}
    return content


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(published()) as hub:
        yield hub


@pytest.mark.parametrize("source", BASES)
def test_the_folder_is_complete(hub: FakeHub, tmp_path: Path, source: str) -> None:
    """Either hub gives every file, required and optional, and the licence; a second time nothing is fetched."""
    out = io.StringIO()
    fetch(tmp_path / "model", source, hub.url, out)
    assert [] == list(missing(tmp_path / "model"))
    assert b"terms" == (tmp_path / "model/LICENSE.txt").read_bytes()
    assert not (tmp_path / "model/README.md").exists()
    assert "  ✓ gpt.pth 100 % / 0.0 MB\n" in out.getvalue()
    hub.asked.clear()
    fetch(tmp_path / "model", source, hub.url, out)
    assert [] == hub.asked


def test_checksums_are_recorded(hub: FakeHub, tmp_path: Path) -> None:
    """Every file that was fetched can be verified later; a changed one is found, a removed one is no concern."""
    fetch(tmp_path, "huggingface", hub.url, io.StringIO())
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files - {checksums.NAME} == set(checksums.read(tmp_path))
    assert [] == list(checksums.wrong(tmp_path))
    (tmp_path / "gpt.pth").write_bytes(b"?")
    (tmp_path / "feat1.pt").unlink()
    assert ["gpt.pth"] == list(checksums.wrong(tmp_path))


def test_a_file_that_somebody_put_there_stays(hub: FakeHub, tmp_path: Path) -> None:
    """The right file is not fetched again but recorded; a wrong one of the same size is replaced."""
    content = hub.content[INDEXTTS2.huggingface]
    (tmp_path / "gpt.pth").write_bytes(content["gpt.pth"])
    (tmp_path / "config.yaml").write_bytes(content["config.yaml"])
    (tmp_path / "s2mel.pth").write_bytes(content["s2mel.pth"][::-1])
    fetch(tmp_path, "huggingface", hub.url, io.StringIO())
    paths = {path for path, _ in hub.asked}
    assert {"s2mel.pth"} == paths & {"gpt.pth", "config.yaml", "s2mel.pth"}
    assert {"gpt.pth", "config.yaml", "s2mel.pth"} <= set(checksums.read(tmp_path))
    assert content["s2mel.pth"] == (tmp_path / "s2mel.pth").read_bytes()


def test_a_missing_repository_does_not_keep_the_others_away(hub: FakeHub, tmp_path: Path) -> None:
    """What cannot be had is said at the end; all else is there, and another source completes the folder."""
    repository = hub.content.pop(NVIDIA.huggingface)
    hub.gone.add("semantic_codec/model.safetensors")
    with pytest.raises(FetchError) as caught:
        fetch(tmp_path, "huggingface", hub.url, io.StringIO())
    assert [MASKGCT.huggingface, NVIDIA.huggingface] == [
        name for name in (MASKGCT.huggingface, NVIDIA.huggingface) if name in str(caught.value)
    ]
    assert 3 == len(list(missing(tmp_path)))
    hub.content[NVIDIA.modelscope] = repository
    hub.gone.clear()
    hub.asked.clear()
    fetch(tmp_path, "modelscope", hub.url, io.StringIO())
    assert [] == list(missing(tmp_path))
    assert 3 == len(hub.asked)


def test_a_repository_that_lacks_a_file_is_named(hub: FakeHub, tmp_path: Path) -> None:
    """A file that the hub no longer lists is an error unless the model speaks without it."""
    del hub.content[INDEXTTS2.huggingface]["gpt.pth"]
    with pytest.raises(FetchError, match=r"^IndexTeam/IndexTTS-2: 没有 \(has no\) gpt\.pth"):
        fetch(tmp_path, "huggingface", hub.url, io.StringIO())


@pytest.mark.parametrize("path", [f"{QWEN}../../evil", "LICENSE/../../evil"])
def test_a_path_that_leads_out_of_the_folder_is_not_followed(hub: FakeHub, tmp_path: Path, path: str) -> None:
    """A hub cannot write beside the folder."""
    hub.content[INDEXTTS2.huggingface][path] = b"!"
    fetch(tmp_path / "model", "huggingface", hub.url, io.StringIO())
    assert not (tmp_path / "evil").exists()


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_full_disk_is_said_beforehand(hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is fetched that would not fit."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100, 90, 10))
    with pytest.raises(FetchError, match=r"磁盘空间不足 \(disk too small\): 需要 0\.1 MB，剩余 0\.0 MB"):
        fetch(tmp_path, "huggingface", hub.url, io.StringIO())
    assert [] == hub.asked


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_stays_on_one_line_of_a_terminal(hub: FakeHub, tmp_path: Path) -> None:
    """On a terminal a file's line is drawn over; each file leaves one line."""
    out = Terminal()
    fetch(tmp_path, "huggingface", hub.url, out)
    lines = out.getvalue().split("\n")[:-1]
    assert len(checksums.read(tmp_path)) == len(lines)
    assert any("\r  ↓ gpt.pth 100 %" in line and line.endswith("\r  ✓ gpt.pth 100 % / 0.0 MB") for line in lines)
