from pathlib import Path
from typing import Any

import pytest

from compose.local.errors import StackError
from compose.local.starts import LINES, MOST_STARTS, Starts


def _triton(log: Path, start: int, state: str = "RUNNING") -> dict[str, Any]:
    return {"name": "triton", "statename": state, "start": start, "stdout_logfile": str(log)}


def test_one_that_ends_again_and_again_is_not_waited_for(tmp_path: Path) -> None:
    """Though supervisord goes on; the person is told why, from the lines of its log that say so."""
    log, starts = tmp_path / "triton.log", Starts()
    log.write_text("I1129 loading\nE1129 failed to load 'acoustic': 缺少音色文件\n+--+\nI1129 loading\n")
    for start in range(MOST_STARTS):
        for _ in range(3):
            starts.check([_triton(log, start)])
    with pytest.raises(StackError, match=r"triton 无法启动.*\nE1129 failed .*缺少音色文件\n.*triton.log"):
        starts.check([_triton(log, MOST_STARTS)])


def test_one_that_supervisord_gave_up(tmp_path: Path) -> None:
    """At once, with the last lines of its log where none tells of an error."""
    log = tmp_path / "triton.log"
    log.write_text("\n".join(map(str, range(100))))
    with pytest.raises(StackError) as caught:
        Starts().check([_triton(log, 1, "FATAL")])
    assert [str(line) for line in range(100 - LINES, 100)] == str(caught.value).splitlines()[1:-1]
