"""Download a checkpoint folder from a hub; what is there already and right stays."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from speech.indextts2 import checksums, hubs
from speech.indextts2.download import download
from speech.indextts2.files import FILES, INDEXTTS2, REPOSITORIES, File, Repository
from speech.indextts2.hubs import FetchError, Remote

LICENSE = f"""\
IndexTTS-2 的代码和权重按《bilibili 模型使用许可协议》提供，全文 (under the bilibili Model Use License Agreement):
  https://github.com/index-tts/index-tts/blob/main/LICENSE_ZH.txt
  https://github.com/index-tts/index-tts/blob/main/LICENSE
要点 (the main points; the full text counts):
  · 上月月活超过 1 亿，或上一年营收超过 10 亿元人民币：须另行取得许可
    (above 100 million monthly users or RMB 1 billion a year you need a separate licence)
  · 向他人提供模型或其衍生物时，须附上协议并要求对方遵守 (pass the terms on with the model and what is made of it)
  · 不得用于改进其他 AI 模型（非商业模型除外），不得用于高风险场景
    (not to improve other AI models, unless non-commercial; not for high-risk uses)
同时下载的其他模型 (fetched along with it):
{"".join(f"  · {repository.huggingface}: {repository.license}{chr(10)}" for repository in REPOSITORIES[1:])}\
注意 note: amphion/MaskGCT 的权重限非商业使用，其作者表示不会开放商用，商用前请自行取得许可
  (its weights are for non-commercial use only; clear commercial use with their authors first:
  https://github.com/open-mmlab/Amphion/issues/480)
  IndexTTS-2.0 没有它无法运行；IndexTTS-2.5 不使用它 (2.0 does not run without it; 2.5 does not use it)
本引擎对原模型的改动与原权利人无关，声明见 NOTICE (of our changes the right-holder disclaims all liability: see NOTICE)
"""

REDRAW = 0.2
"""Seconds between two drawings of the progress."""


@dataclass(frozen=True)
class Item:
    """One file to be had, with its name in the checkpoint folder."""

    name: str
    remote: Remote


def fetch(folder: Path, source: str, base: str, out: TextIO = sys.stdout) -> None:
    """Make `folder` hold every file of a checkpoint, each verified and its checksum recorded.

    Raises `FetchError` with every repository's trouble, after having fetched what could be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    errors = []
    for repository in REPOSITORIES:
        try:
            _fetch_repository(folder, repository, hubs.files(source, base, repository), out)
        except FetchError as error:
            errors.append(str(error))
    if errors:
        raise FetchError("\n✗ ".join(errors))


def _fetch_repository(folder: Path, repository: Repository, listing: dict[str, Remote], out: TextIO) -> None:
    recorded = checksums.read(folder)
    wanted = [item for item in _items(repository, listing) if not _is_here(folder, item, recorded)]
    _check_space(folder, wanted)
    for item in wanted:
        progress = _Progress(item, out)
        download(item.remote, folder / item.name, progress)
        checksums.record(folder, item.name, item.remote.sha256 or checksums.of(folder / item.name))
        progress.done()


def _items(repository: Repository, listing: dict[str, Remote]) -> Iterator[Item]:
    for file in FILES:
        if file.repository is repository:
            yield from _published(file, listing)
    if repository is INDEXTTS2:  # the licence is to go wherever the model goes
        yield from (Item(path, remote) for path, remote in listing.items() if path.startswith("LICENSE"))


def _published(file: File, listing: dict[str, Remote]) -> Iterator[Item]:
    found = [path for path in listing if path == file.source or (file.is_folder and path.startswith(file.source))]
    if not found and file.required:
        raise FetchError(f"{file.repository.huggingface}: 没有 (has no) {file.source}，请换 --source (try another)")
    for path in found:
        yield Item(file.name + path.removeprefix(file.source), listing[path])


def _is_here(folder: Path, item: Item, recorded: dict[str, str]) -> bool:
    """Whether the file was downloaded before, or was put there by someone and is the right one."""
    path, remote = folder / item.name, item.remote
    if not path.is_file() or path.stat().st_size != remote.size:
        return False
    if item.name in recorded and remote.sha256 in {recorded[item.name], None}:
        return True
    if right := remote.is_at(path):
        checksums.record(folder, item.name, remote.sha256 or checksums.of(path))
    return right


def _check_space(folder: Path, wanted: list[Item]) -> None:
    needed, free = sum(item.remote.size for item in wanted), shutil.disk_usage(folder).free
    if needed > free:
        raise FetchError(f"{folder}: 磁盘空间不足 (disk too small): 需要 {_size(needed)}，剩余 {_size(free)}")


class _Progress:
    """One line, drawn over and over on a terminal; elsewhere only when the file is done."""

    def __init__(self, item: Item, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._name, self._total, self._out, self._clock = item.name, item.remote.size, out, clock
        self._drawn = 0.0

    def __call__(self, there: int) -> None:
        if self._out.isatty() and self._clock() - self._drawn > REDRAW:
            self._drawn = self._clock()
            share = 100 * there // max(self._total, 1)
            print(f"\r  ↓ {self._name} {share:3d} % / {_size(self._total)}", end="", file=self._out, flush=True)

    def done(self) -> None:
        start = "\r" if self._out.isatty() else ""
        print(f"{start}  ✓ {self._name} 100 % / {_size(self._total)}", file=self._out, flush=True)


def _size(count: int) -> str:
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"  # noqa: PLR2004 - giga
