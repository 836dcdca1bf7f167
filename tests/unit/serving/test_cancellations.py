import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from serving.cancellations import KEPT_S, Cancellations


def test_what_was_cancelled_is_known_to_all(tmp_path: Path) -> None:
    """One process says it, another sees it, and nothing else."""
    told, other = uuid4().hex, uuid4().hex
    Cancellations(tmp_path).add(told)
    assert told in Cancellations(tmp_path)
    assert other not in Cancellations(tmp_path)


def test_two_stacks_do_not_meet(tmp_path: Path) -> None:
    """What is cancelled in one is not in another."""
    told = uuid4().hex
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    Cancellations(tmp_path / "a").add(told)
    assert told not in Cancellations(tmp_path / "b")


@pytest.mark.parametrize("request_id", ["", "..", "../x", "a" * 31, "A" * 32, "g" * 32, "a" * 33])
def test_only_our_ids_are_taken(tmp_path: Path, request_id: str) -> None:
    """What is not a UUID in hex is neither stored nor found, least of all outside the folder."""
    folder = tmp_path / "c"
    folder.mkdir()
    Cancellations(folder).add(request_id)
    assert request_id not in Cancellations(folder)
    assert [folder] == list(tmp_path.rglob("*"))


@pytest.mark.parametrize("error", [PermissionError, FileNotFoundError, OSError])
def test_a_folder_that_cannot_be_used_costs_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    """Another user's folder, or none: nothing is cancelled, and nobody gets an exception."""

    def refuse(_path: Path) -> bool:
        raise error

    for operation in ("exists", "touch", "iterdir"):
        monkeypatch.setattr(Path, operation, refuse)
    told = uuid4().hex
    Cancellations(tmp_path).add(told)
    assert told not in Cancellations(tmp_path)


def test_they_do_not_pile_up(tmp_path: Path) -> None:
    """What is older than any request is swept away."""
    old, new = uuid4().hex, uuid4().hex
    Cancellations(tmp_path).add(old)
    before = time.time() - KEPT_S - 1
    os.utime(tmp_path / old, (before, before))
    Cancellations(tmp_path).add(new)
    assert [new] == [file.name for file in tmp_path.iterdir()]


def test_sweeping_is_not_done_for_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wave of cancellations reads the folder once, and again when some time has passed."""
    reads: list[Path] = []

    def iterdir(path: Path) -> Iterator[Path]:
        reads.append(path)
        return iter(())

    monkeypatch.setattr(Path, "iterdir", iterdir)
    kept = Cancellations(tmp_path)
    for _ in range(50):
        kept.add(uuid4().hex)
    assert 1 == len(reads)
    monkeypatch.setattr(kept, "_sweep_at", time.monotonic())
    kept.add(uuid4().hex)
    assert 2 == len(reads)


def test_there_are_never_too_many(tmp_path: Path) -> None:
    """Beyond a bound they are passed over, those that another start of the process left counted in."""
    for _ in range(2):
        kept = Cancellations(tmp_path, most=5)
        for _ in range(4):
            kept.add(uuid4().hex)
    assert 5 == len(list(tmp_path.iterdir()))
