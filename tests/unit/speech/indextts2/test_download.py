import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from speech.indextts2.download import ATTEMPTS, download
from speech.indextts2.hubs import FetchError, Remote
from tests.fakes.hub import FakeHub

CONTENT = random.Random(0).randbytes(5000)


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub({"a/b": {"gpt.pth": CONTENT, "empty": b""}}) as hub:
        yield hub


def remote(hub: FakeHub, content: bytes = CONTENT, path: str = "gpt.pth") -> Remote:
    return Remote(path, f"{hub.url}/a/b/resolve/main/{path}", len(content), hashlib.sha256(content).hexdigest())


class Record:
    """What a download said about itself."""

    def __init__(self) -> None:
        self.progress: list[int] = []
        self.pauses: list[float] = []

    def run(self, wanted: Remote, target: Path) -> None:
        download(wanted, target, self.progress.append, self.pauses.append)


@pytest.fixture
def record() -> Record:
    return Record()


def test_a_file_arrives_whole(hub: FakeHub, record: Record, tmp_path: Path) -> None:
    """The file is there under its name, in a folder that was not there before, and nothing else is."""
    record.run(remote(hub), tmp_path / "new/gpt.pth")
    assert CONTENT == (tmp_path / "new/gpt.pth").read_bytes()
    assert ["gpt.pth"] == [path.name for path in (tmp_path / "new").iterdir()]
    assert 5000 == record.progress[-1]
    assert [] == record.pauses


def test_an_empty_file_arrives(hub: FakeHub, record: Record, tmp_path: Path) -> None:
    """A file of no bytes is a file."""
    record.run(remote(hub, b"", "empty"), tmp_path / "empty")
    assert b"" == (tmp_path / "empty").read_bytes()


def test_a_broken_connection_is_taken_up_again(hub: FakeHub, record: Record, tmp_path: Path) -> None:
    """Only the bytes that are missing are asked for again, and at once: something had come."""
    hub.drops["gpt.pth"] = 2
    record.run(remote(hub), tmp_path / "gpt.pth")
    assert CONTENT == (tmp_path / "gpt.pth").read_bytes()
    assert [("gpt.pth", ""), ("gpt.pth", "bytes=2500-"), ("gpt.pth", "bytes=3750-")] == hub.asked
    assert [] == record.pauses


def test_an_earlier_run_is_taken_up_again(hub: FakeHub, record: Record, tmp_path: Path) -> None:
    """What an interrupted run left is kept; what was left of another content is not, and goes."""
    wanted = remote(hub)
    (tmp_path / f"gpt.pth.{wanted.mark}.part").write_bytes(CONTENT[:100])
    (tmp_path / "gpt.pth.0123456789ab.part").write_bytes(b"of an older gpt.pth")
    record.run(wanted, tmp_path / "gpt.pth")
    assert CONTENT == (tmp_path / "gpt.pth").read_bytes()
    assert [("gpt.pth", "bytes=100-")] == hub.asked
    assert ["gpt.pth"] == [path.name for path in tmp_path.iterdir()]


def test_a_server_without_ranges_starts_over(hub: FakeHub, record: Record, tmp_path: Path) -> None:
    """A server that sends the whole file again does not spoil it."""
    hub.ranges = False
    hub.drops["gpt.pth"] = 1
    record.run(remote(hub), tmp_path / "gpt.pth")
    assert CONTENT == (tmp_path / "gpt.pth").read_bytes()


def test_a_busy_hub_is_waited_for(hub: FakeHub, record: Record, tmp_path: Path) -> None:
    """Refusals that may pass are waited out, longer each time."""
    hub.busy["gpt.pth"] = 3
    record.run(remote(hub), tmp_path / "gpt.pth")
    assert [2.0, 4.0, 8.0] == record.pauses


def test_a_dead_network_is_given_up(hub: FakeHub, record: Record, tmp_path: Path) -> None:
    """After some attempts without a new byte the error says to run again, and what had come stays."""
    wanted = remote(hub)
    part = tmp_path / f"gpt.pth.{wanted.mark}.part"
    part.write_bytes(CONTENT[:100])
    hub.busy["gpt.pth"] = 99
    with pytest.raises(FetchError, match=r"gpt\.pth: 网络中断 .*run again to go on"):
        record.run(wanted, tmp_path / "gpt.pth")
    assert ATTEMPTS == len(hub.asked)
    assert CONTENT[:100] == part.read_bytes()


def test_a_missing_file_is_not_waited_for(hub: FakeHub, record: Record, tmp_path: Path) -> None:
    """What the hub does not have is said at once."""
    hub.gone.add("gpt.pth")
    with pytest.raises(FetchError, match=r"gpt\.pth: HTTP 404，请换 --source 或 --mirror"):
        record.run(remote(hub), tmp_path / "gpt.pth")
    assert [] == record.pauses


def test_a_wrong_checksum_leaves_nothing(hub: FakeHub, record: Record, tmp_path: Path) -> None:
    """A file that is not the published one is not kept, not even to be taken up again."""
    hub.damaged.add("gpt.pth")
    with pytest.raises(FetchError, match=r"gpt\.pth: 校验失败"):
        record.run(remote(hub), tmp_path / "gpt.pth")
    assert [] == list(tmp_path.iterdir())
