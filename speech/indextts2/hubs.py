"""The two places that publish the model: what a repository holds, and the address of each file."""

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from speech.indextts2 import checksums
from speech.indextts2.files import Repository

BASES = {
    "huggingface": "https://huggingface.co",
    "modelscope": "https://modelscope.cn",
}
AGENT = "haoshuo/0.1 (+urllib)"  # ModelScope answers 403 to none
TIMEOUT = 30.0
"""Seconds without a byte."""


class FetchError(Exception):
    """The model cannot be downloaded; the message says why and what to do."""


@dataclass(frozen=True)
class Remote:
    """A published file. A hub states the SHA-256 of a large file; of a small one perhaps only git's object name."""

    path: str
    url: str
    size: int
    sha256: str | None
    git: str | None = None

    @property
    def mark(self) -> str:
        """A name for this very content."""
        return (self.sha256 or self.git or str(self.size))[:12]

    def is_at(self, path: Path) -> bool:
        """Whether the file at `path` is this one."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        if self.sha256:
            return checksums.of(path) == self.sha256
        return self.git is None or _git_name(path) == self.git


Listing = Callable[[str, Repository], Iterable[Remote]]


def files(source: str, base: str, repository: Repository) -> dict[str, Remote]:
    """Every file of a repository by its path in it, but for paths that lead out of it.

    Raises `FetchError` if the hub does not answer or has no such repository.
    """
    remotes = LISTINGS[source](base.rstrip("/"), repository)
    return {remote.path: remote for remote in remotes if ".." not in Path(remote.path).parts}


def get(url: str, headers: dict[str, str] | None = None) -> HTTPResponse:
    request = urllib.request.Request(url, headers={"User-Agent": AGENT} | (headers or {}))  # noqa: S310 - `base` is http(s), see __main__
    try:
        response: HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310 - as above
    except urllib.error.HTTPError as error:
        error.close()
        raise
    return response


def _huggingface(base: str, repository: Repository) -> Iterable[Remote]:
    name, revision = repository.huggingface, repository.revision
    for entry in _json(f"{base}/api/models/{name}/tree/{revision}?recursive=true"):
        if entry["type"] == "file":
            path, sha256 = entry["path"], entry.get("lfs", {}).get("oid")
            url = f"{base}/{name}/resolve/{revision}/{quote(path)}"
            yield Remote(path, url, entry["size"], sha256, None if sha256 else entry["oid"])


def _modelscope(base: str, repository: Repository) -> Iterable[Remote]:
    address = f"{base}/api/v1/models/{repository.modelscope}/repo"
    for entry in _json(f"{address}/files?Revision=master&Recursive=true")["Data"]["Files"]:
        if entry["Type"] == "blob":
            query = urlencode({"Revision": "master", "FilePath": entry["Path"]})
            yield Remote(entry["Path"], f"{address}?{query}", entry["Size"], entry.get("Sha256") or None)


LISTINGS: dict[str, Listing] = {"huggingface": _huggingface, "modelscope": _modelscope}


def _json(url: str) -> Any:
    try:
        with get(url) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise FetchError(f"{url}: HTTP {error.code}，请换 --source 或 --mirror (try another)") from error
    except (OSError, HTTPException, ValueError) as error:
        raise FetchError(f"{url}: 无法访问 (cannot reach): {error}") from error


def _git_name(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
