"""What `.env` remembers, and what Docker Compose makes of it."""

from pathlib import Path

import pytest

from compose.server.project import Project, ProjectError
from compose.server.shell import Done
from tests.fakes.shell import FakeShell


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "A=2\n"),
        ("B=1", "B=1\nA=2\n"),
        ("A=1\nB=1\n", "A=2\nB=1\n"),
        ("B=1\n  export A = 'x' # why\n", "B=1\nA=2\n"),
        ("# A=1\nAA=1\n", "# A=1\nAA=1\nA=2\n"),
    ],
)
def test_a_knob_is_remembered_once(tmp_path: Path, before: str, after: str) -> None:
    """It takes the place of what the file said, and touches nothing else."""
    (tmp_path / ".env").write_text(before)
    project = Project(FakeShell(), tmp_path)
    project.remember("A", "2")
    assert after == (tmp_path / ".env").read_text()
    assert project.remembers("A")


def test_without_a_file_nothing_is_remembered(tmp_path: Path) -> None:
    """The first knob creates `.env`."""
    project = Project(FakeShell(), tmp_path)
    assert not project.remembers("A")
    project.remember("A", "x y")
    assert "A=x y\n" == (tmp_path / ".env").read_text()


def test_what_compose_refuses_is_an_error(tmp_path: Path) -> None:
    """In its own words."""
    shell = FakeShell({"docker compose": Done(1, "", "required variable HAOSHUO_CHECKPOINT_DIR is missing a value")})
    with pytest.raises(ProjectError, match="HAOSHUO_CHECKPOINT_DIR"):
        _ = Project(shell, tmp_path).services
