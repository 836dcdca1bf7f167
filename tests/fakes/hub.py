"""A model hub that answers over HTTP as Hugging Face and ModelScope do, with what can go wrong scripted by path."""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

LARGE = 1000
"""Bytes from which Hugging Face keeps a file in LFS, with a SHA-256 and on another host."""


class FakeHub:
    """A context manager that serves `content[repository][path]` while the block runs."""

    def __init__(self, content: Mapping[str, Mapping[str, bytes]]) -> None:
        self.content = {name: dict(files) for name, files in content.items()}
        self.ranges = True
        self.drops: Counter[str] = Counter()
        """How often the connection breaks off in the middle of a path."""
        self.busy: Counter[str] = Counter()
        """How often a path is answered with 503."""
        self.damaged: set[str] = set()
        self.gone: set[str] = set()
        self.asked: list[tuple[str, str]] = []
        """Path and range of every download."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *arguments: _Handler(self, *arguments))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, hub: FakeHub, *arguments: object) -> None:
        self._hub = hub
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        match unquote(url.path).strip("/").split("/"):
            case ["api", "models", owner, name, "tree", _]:
                self._listing(f"{owner}/{name}", _huggingface)
            case ["api", "v1", "models", owner, name, "repo", "files"]:
                self._listing(f"{owner}/{name}", _modelscope)
            case ["api", "v1", "models", owner, name, "repo"]:
                self._file(f"{owner}/{name}", query["FilePath"][0])
            case [owner, name, "resolve", _, *path]:
                self._redirect(f"{owner}/{name}", "/".join(path))
            case ["cdn", owner, name, *path]:
                self._file(f"{owner}/{name}", "/".join(path))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _listing(self, repository: str, form: Callable[[Mapping[str, bytes]], object]) -> None:
        files = self._hub.content.get(repository)
        if files is None:
            self.send_error(404)
            return
        self._body(200, json.dumps(form(files)).encode(), {})

    def _redirect(self, repository: str, path: str) -> None:
        if len(self._hub.content[repository].get(path, b"")) < LARGE:
            self._file(repository, path)
        else:
            self._body(302, b"", {"Location": f"/cdn/{repository}/{quote(path)}"})

    def _file(self, repository: str, path: str) -> None:
        hub, wanted = self._hub, self.headers.get("Range", "")
        hub.asked.append((path, wanted))
        content = hub.content[repository].get(path)
        if content is None or path in hub.gone:
            self.send_error(404)
        elif hub.busy[path]:
            hub.busy[path] -= 1
            self.send_error(503)
        else:
            content = content[::-1] if path in hub.damaged else content
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and hub.ranges else 0
            headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
            dropped = hub.drops[path] > 0
            hub.drops[path] -= dropped
            self._body(206 if start else 200, content[start:], headers, dropped=dropped)

    def _body(self, status: int, body: bytes, headers: dict[str, str], *, dropped: bool = False) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if dropped else body)


def _huggingface(files: Mapping[str, bytes]) -> object:
    folders = [
        {"type": "directory", "oid": "0", "size": 0, "path": path.split("/")[0]} for path in files if "/" in path
    ]
    return folders + [
        _lfs(path, content) if len(content) >= LARGE else _git(path, content) for path, content in files.items()
    ]


def _git(path: str, content: bytes) -> dict[str, object]:
    oid = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    return {"type": "file", "oid": oid, "size": len(content), "path": path}


def _lfs(path: str, content: bytes) -> dict[str, object]:
    lfs = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
    return _git(path, content) | {"oid": "the pointer's", "lfs": lfs}


def _modelscope(files: Mapping[str, bytes]) -> object:
    folders = [{"Type": "tree", "Path": path.split("/")[0], "Size": 0, "Sha256": ""} for path in files if "/" in path]
    blobs = [
        {"Type": "blob", "Path": path, "Size": len(content), "Sha256": hashlib.sha256(content).hexdigest()}
        for path, content in files.items()
    ]
    return {"Code": 200, "Data": {"Files": folders + blobs}, "Success": True}
