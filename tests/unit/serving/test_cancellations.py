import os
import time
from pathlib import Path
from uuid import uuid4

import pytest

from serving.cancellations import KEPT_S, Cancellations


def test_what_was_cancelled_is_known_to_all(tmp_path: Path) -> None:
    """One process says it, another sees it, and nothing else."""
    told, other = uuid4().hex, uuid4().hex
    Cancellations(tmp_path / "c").add(told)
    assert told in Cancellations(tmp_path / "c")
    assert other not in Cancellations(tmp_path / "c")


@pytest.mark.parametrize("request_id", ["", "..", "../x", "a" * 31, "A" * 32, "g" * 32, "a" * 33])
def test_only_our_ids_are_taken(tmp_path: Path, request_id: str) -> None:
    """What is not a UUID in hex is neither stored nor found, least of all outside the folder."""
    cancellations = Cancellations(tmp_path / "c")
    cancellations.add(request_id)
    assert request_id not in cancellations
    assert [] == list(tmp_path.iterdir())


def test_they_do_not_pile_up(tmp_path: Path) -> None:
    """What is older than any request is swept away by the next."""
    cancellations = Cancellations(tmp_path)
    old, new = uuid4().hex, uuid4().hex
    cancellations.add(old)
    before = time.time() - KEPT_S - 1
    os.utime(tmp_path / old, (before, before))
    cancellations.add(new)
    assert [new] == [file.name for file in tmp_path.iterdir()]
