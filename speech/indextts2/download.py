"""One file over HTTP, taken up again where it broke off."""

import itertools
import time
import urllib.error
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path

from speech.indextts2 import hubs
from speech.indextts2.hubs import FetchError, Remote

ATTEMPTS = 5
"""In a row that bring nothing new."""

LONGEST_PAUSE = 30.0
"""Seconds between two attempts."""

CHUNK = 1 << 20
AGAIN = "重新运行会接着下载 (run again to go on)"

Progress = Callable[[int], None]
"""Told the bytes that are there so far."""


def download(remote: Remote, target: Path, progress: Progress, pause: Callable[[float], None] = time.sleep) -> None:
    """Write the file to `target`, whole and verified, or raise `FetchError`.

    What has arrived stays in a `.part` file beside it, named after the wanted content, so that a file which has
    changed on the hub is never glued to the beginning of an old one, and a resume does not depend on the server's
    ETag (of a large file on Hugging Face that is the same SHA-256).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{remote.mark}.part")
    failures = 0
    while (before := _size(part)) < remote.size or not part.exists():
        try:
            _append(remote, part, progress)
        except (OSError, HTTPException) as error:
            _give_up_if_hopeless(remote, error)
        failures = 0 if _size(part) > before else failures + 1
        if failures == ATTEMPTS:
            raise FetchError(f"{target.name}: 网络中断 (the network broke off)，{AGAIN}")
        if failures:
            pause(min(2.0**failures, LONGEST_PAUSE))
    if not remote.is_at(part):
        part.unlink()
        raise FetchError(f"{target.name}: 校验失败，请重新运行或换镜像 (wrong checksum: run again or try a mirror)")
    part.replace(target)
    for old in target.parent.glob(f"{target.name}.*.part"):
        old.unlink()


def _append(remote: Remote, part: Path, progress: Progress) -> None:
    """As many of the missing bytes as come in one go."""
    start = _size(part)
    with hubs.get(remote.url, {"Range": f"bytes={start}-"} if start else {}) as response:
        resumed = response.status == HTTPStatus.PARTIAL_CONTENT
        if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise OSError("another range than was asked for")
        with part.open("ab" if resumed else "wb") as file:
            for chunk in itertools.takewhile(bool, iter(lambda: response.read(CHUNK), None)):
                file.write(chunk)
                progress(file.tell())


def _give_up_if_hopeless(remote: Remote, error: Exception) -> None:
    """Whether to try again: not if the hub says that there is no such file, or that it is not for us."""
    if isinstance(error, urllib.error.HTTPError):
        again = error.code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.code == HTTPStatus.TOO_MANY_REQUESTS
        if not again:
            raise FetchError(f"{remote.url}: HTTP {error.code}，请换 --source 或 --mirror (try another)") from error


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
