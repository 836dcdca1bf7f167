"""The audit trail survives what disks do, is kept for as long as it must, and shows no more of a text than it may."""

import gzip
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from api.audit import Audit, summarise
from api.metrics import LINES_DROPPED

DAILY = "audit-%Y-%m-%d.jsonl"


@given(st.text())
def test_summary(text: str) -> None:
    """The summary is the beginning: 20 characters, and of a short text at most half."""
    summary = summarise(text)
    assert text.startswith(summary)
    assert len(summary) <= min(20, len(text) / 2)


def written(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def dropped() -> float:
    return float(LINES_DROPPED.labels("audit")._value.get())


def test_lines_are_there_after_close(tmp_path: Path) -> None:
    """What was recorded is appended in order, and nothing of it is lost when the service ends."""
    path = tmp_path / "audit.jsonl"
    path.write_text('{"number": -1}\n')
    audit = Audit(str(path), 190)
    for number in range(100):
        audit.record({"number": number, "text_summary": "你好"})
    audit.close(10)
    assert list(range(-1, 100)) == [line["number"] for line in written(path)]


def test_a_file_per_day(tmp_path: Path) -> None:
    """At midnight a new file begins, with nothing to rename."""
    days = iter([date(2026, 11, 25), date(2026, 11, 25), date(2026, 11, 26)])
    audit = Audit(str(tmp_path / DAILY), 190, lambda: next(days))
    for number in range(3):
        audit.record({"number": number})
    audit.close(10)
    files = {file.name: [line["number"] for line in written(file)] for file in tmp_path.iterdir()}
    assert {"audit-2026-11-25.jsonl": [0, 1], "audit-2026-11-26.jsonl": [2]} == files


def test_files_are_kept_for_so_many_days(tmp_path: Path) -> None:
    """Files of ours that are older are removed, compressed or not; younger ones, and what is not ours, stay."""
    old, kept = {"audit-2026-05-18.jsonl", "audit-2020-01-01.jsonl.gz"}, "audit-2026-05-19.jsonl.gz"
    others = {"audit-2026-13-01.jsonl", "audit.jsonl", "audit-2020-01-01.jsonl.bak", "x-2020-01-01.jsonl"}
    for name in old | {kept} | others:
        (tmp_path / name).write_text("{}\n")
    audit = Audit(str(tmp_path / DAILY), 190, lambda: date(2026, 11, 25))
    audit.record({})
    audit.close(10)
    assert {kept, "audit-2026-11-25.jsonl"} | others == {file.name for file in tmp_path.iterdir()}


def test_what_is_complete_is_compressed(tmp_path: Path) -> None:
    """From the second day on; whoever writes yesterday's last line after midnight finds the file as it was."""
    (tmp_path / "audit-2026-11-23.jsonl").write_text('{"number": 23}\n')
    (tmp_path / "audit-2026-11-24.jsonl").write_text('{"number": 24}\n')
    audit = Audit(str(tmp_path / DAILY), 190, lambda: date(2026, 11, 25))
    audit.record({})
    audit.close(10)
    packed = tmp_path / "audit-2026-11-23.jsonl.gz"
    assert {packed.name, "audit-2026-11-24.jsonl", "audit-2026-11-25.jsonl"} == {one.name for one in tmp_path.iterdir()}
    assert '{"number": 23}\n' == gzip.decompress(packed.read_bytes()).decode()
    assert 0o640 == packed.stat().st_mode & 0o777


def test_an_old_file_that_stays(tmp_path: Path) -> None:
    """One that cannot be removed is reported; no line is lost for it."""
    (tmp_path / "audit-2020-01-01.jsonl").mkdir()
    audit = Audit(str(tmp_path / DAILY), 190, lambda: date(2026, 11, 25))
    with capture_logs() as lines:
        audit.record({"number": 1})
        audit.close(10)
    assert ["audit_file_not_swept"] == [line["event"] for line in lines]
    assert [{"number": 1}] == written(tmp_path / "audit-2026-11-25.jsonl")


def test_a_file_without_a_date_is_kept(tmp_path: Path) -> None:
    """Who names one file rotates it: one moved away is not written on, and nothing is removed."""
    path, moved = tmp_path / "audit.jsonl", tmp_path / "audit-2020-01-01.jsonl"
    for number in range(2):
        audit = Audit(str(path), 1)
        audit.record({"number": number})
        audit.close(10)
        if number == 0:
            path.rename(moved)
    assert ([{"number": 0}], [{"number": 1}]) == (written(moved), written(path))


def test_several_processes_write_whole_lines(tmp_path: Path) -> None:
    """Lines of replicas that share a file do not mix."""
    path = tmp_path / DAILY
    program = (
        "import sys; from api.audit import Audit; audit = Audit(sys.argv[1], 190)\n"
        "for number in range(300): audit.record({'who': sys.argv[2], 'padding': 'x' * 5000})\n"
        "audit.close(60)"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, str(path), who]) for who in "abc"]
    assert [0, 0, 0] == [process.wait(60) for process in processes]
    lines = [line for file in tmp_path.iterdir() for line in written(file)]
    assert dict.fromkeys("abc", 300) == {who: sum(line["who"] == who for line in lines) for who in "abc"}


def test_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    """`-` writes to standard output."""
    audit = Audit("-", 190)
    audit.record({"log": "audit"})
    audit.close(10)
    assert '{"log": "audit"}\n' == capfd.readouterr().out


def test_a_broken_disk_is_reported(tmp_path: Path) -> None:
    """A line that cannot be written is counted and reported in the service log; nobody else notices."""
    before = dropped()
    audit = Audit(str(tmp_path / "missing" / "audit.jsonl"), 190)
    with capture_logs() as lines:
        audit.record({})
        audit.close(10)
    assert ["audit_line_lost"] == [line["event"] for line in lines]
    assert before + 1 == dropped()


def test_a_hung_disk(tmp_path: Path) -> None:
    """Lines beyond a bound are dropped, counted and said to be; neither recording nor closing waits for the disk."""
    path = tmp_path / "fifo"
    os.mkfifo(path)  # opening it waits for a reader who never comes
    before = dropped()
    audit = Audit(str(path), 190)
    with capture_logs() as lines:
        for _ in range(3000):
            audit.record({})
        audit.close(0.1)
    assert dropped() - before == len(lines) > 900
    assert {"audit_line_lost"} == {line["event"] for line in lines}
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    audit.close(10)
    os.close(reader)
