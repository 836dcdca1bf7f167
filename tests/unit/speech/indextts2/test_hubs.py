from collections.abc import Iterator
from pathlib import Path

import pytest

from speech.indextts2.files import FUNASR, INDEXTTS2, NVIDIA
from speech.indextts2.hubs import BASES, FetchError, files, get
from tests.fakes.hub import FakeHub

SMALL, LARGE = b"gpt: {}", b"x" * 5000
CONTENT = {"config.yaml": SMALL, "sub folder/gpt.pth": LARGE}


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    names = {INDEXTTS2.huggingface, INDEXTTS2.modelscope, FUNASR.modelscope}
    with FakeHub(dict.fromkeys(names, CONTENT)) as hub:
        yield hub


@pytest.mark.parametrize("source", BASES)
def test_a_repository_is_listed(hub: FakeHub, source: str) -> None:
    """Each hub's files are known by path, size and content, without its folders, and the addresses give them."""
    listing = files(source, f"{hub.url}/", INDEXTTS2)
    assert {path: len(content) for path, content in CONTENT.items()} == {r.path: r.size for r in listing.values()}
    for path, remote in listing.items():
        with get(remote.url) as response:
            assert CONTENT[path] == response.read()


@pytest.mark.parametrize("source", BASES)
@pytest.mark.parametrize("path", CONTENT)
def test_a_file_is_known_by_its_content(hub: FakeHub, tmp_path: Path, source: str, path: str) -> None:
    """A file is the published one if its content is, be it stated as a SHA-256 or as git's name of it."""
    remote, file = files(source, hub.url, INDEXTTS2)[path], tmp_path / "file"
    assert not remote.is_at(file)
    file.write_bytes(CONTENT[path])
    assert remote.is_at(file)
    file.write_bytes(CONTENT[path][:-1])
    assert not remote.is_at(file)
    file.write_bytes(CONTENT[path][:-1] + b"?")
    assert not remote.is_at(file)


def test_modelscope_has_names_of_its_own(hub: FakeHub) -> None:
    """A repository is asked for under the name that it has there."""
    assert set(CONTENT) == set(files("modelscope", hub.url, FUNASR))


def test_an_unknown_repository_is_an_error(hub: FakeHub) -> None:
    """What a hub does not have is one sentence with the address."""
    with pytest.raises(FetchError, match=rf"^{hub.url}/api/models/{NVIDIA.huggingface}/\S+: HTTP 404"):
        files("huggingface", hub.url, NVIDIA)


def test_no_hub_is_an_error() -> None:
    """A hub that cannot be reached is one sentence."""
    with pytest.raises(FetchError, match=r"无法访问 \(cannot reach\)"):
        files("huggingface", "http://127.0.0.1:9", INDEXTTS2)
