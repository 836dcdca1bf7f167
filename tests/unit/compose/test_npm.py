"""Archives of npm's registry, from one that answers on this machine."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import pytest

from compose import npm
from compose.local.settings import ROOT
from compose.npm import NpmError, Pin, fetch, pins, setting

CONTENT = b"an archive" * 1000
PIN = Pin("some-voice", "1.2.3", hashlib.sha256(CONTENT).hexdigest())


class Registry:
    """Serves `CONTENT` where npm has archives; `answers` are the statuses of the next requests, 0 breaks off."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.asked: list[str] = []
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                registry.asked.append(self.path)
                status = registry.answers.pop(0) if registry.answers else 200
                self.send_response(status or 200)
                self.send_header("Content-Length", str(len(CONTENT)))
                self.end_headers()
                self.wfile.write(CONTENT if status else CONTENT[:5])

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/npm/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """That the machine's npm is configured for."""
    with Registry() as registry:
        monkeypatch.setenv("npm_config_registry", registry.url)
        yield registry


@pytest.mark.parametrize("answers", [[], [503, 0]], ids=["at once", "in the end"])
def test_an_archive_is_fetched_once(registry: Registry, tmp_path: Path, answers: list[int]) -> None:
    """Whole and under npm's own name, though the registry is busy and breaks off; then nothing is asked."""
    registry.answers = [*answers]
    for _ in range(2):
        fetch(PIN, tmp_path, pause=lambda _: None)
    assert CONTENT == (tmp_path / "some-voice-1.2.3.tgz").read_bytes()
    assert ["/npm/some-voice/-/some-voice-1.2.3.tgz"] * (len(answers) + 1) == registry.asked
    assert 1 == len(list(tmp_path.iterdir()))


@pytest.mark.parametrize(
    ("answers", "sha256", "asked"), [([404], PIN.sha256, 1), ([503] * 9, PIN.sha256, 3), ([], "0" * 64, 1)]
)
def test_what_cannot_be_had_is_told(
    registry: Registry, tmp_path: Path, answers: list[int], sha256: str, asked: int
) -> None:
    """A missing archive, a registry that stays busy, another content: the knob is named, and no file is left."""
    registry.answers = [*answers]
    with pytest.raises(NpmError, match=r"从 127\.0\.0\.1 下载") as caught:
        fetch(PIN._replace(sha256=sha256), tmp_path, pause=lambda _: None)
    for part in ("some-voice@1.2.3", "NPM_CONFIG_REGISTRY", f"put some-voice-1.2.3.tgz into {tmp_path}"):
        assert part in str(caught.value)
    assert asked == len(registry.asked)
    assert not list(tmp_path.iterdir())


def test_a_file_that_somebody_put_there_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No registry is asked; a damaged one is no substitute."""
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:1")
    (tmp_path / PIN.file).write_bytes(CONTENT)
    fetch(PIN, tmp_path)
    (tmp_path / PIN.file).write_bytes(CONTENT[:-1])
    with pytest.raises(NpmError, match="put some-voice"):
        fetch(PIN, tmp_path, pause=lambda _: None)


def test_npm_s_own_configuration_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment first, in any case; then the user's file, then the machine's; an empty value is none."""
    mine, machine = tmp_path / "mine", tmp_path / "machine"
    monkeypatch.setattr(npm, "CONFIGURATION", (mine, machine))
    for name in ("NPM_CONFIG_REGISTRY", "npm_config_registry"):
        monkeypatch.delenv(name, raising=False)
    assert "" == setting("registry")
    machine.write_text('fund=false\nregistry = "http://machine/"\n@own:registry=http://other\n')
    assert "http://machine/" == setting("registry")
    monkeypatch.setenv("HOST_OF_MINE", "mine")
    mine.write_text("; comment\nregistry=http://${HOST_OF_MINE}\n")
    assert "http://mine" == setting("registry")
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "")
    assert "http://mine" == setting("registry")
    monkeypatch.setenv("npm_config_registry", "http://environment")
    assert "http://environment" == setting("registry")


def test_every_line_of_ours_is_a_pin() -> None:
    """None is passed over."""
    for file in (ROOT / "requirements").glob("*-npm.txt"):
        assert len(file.read_text().splitlines()) == len(list(pins(file)))


def test_the_command_line_says_it_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As `make setup` shows it: no traceback, and a status that stops it."""
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "not an address")
    (tmp_path / "pins.txt").write_text(f"a@1 sha256:{PIN.sha256}\n")
    assert 1 == npm.main([str(tmp_path / "pins.txt"), str(tmp_path)])
    assert 1 == len(capsys.readouterr().err.splitlines())
