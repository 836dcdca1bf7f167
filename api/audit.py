"""The audit trail: who logged in and who had what spoken, one JSON line each, in a file per day."""

import gzip
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from api.line_writer import STDOUT, LineWriter, write_whole
from api.metrics import LINES_DROPPED

log = structlog.get_logger()

STANDARD_OUTPUT = "-"
SUMMARY_CHARACTERS = 20
PACKED = ".gz"
WRITTEN_ON = timedelta(days=1)
"""For so long after its day a file may still get a line, of a process that looked at the clock before midnight."""


class Audit:
    """Appends lines to the file that `path` names today (UTC; `%Y-%m-%d` is the date), or to `-`, standard output.

    Since the date is in the name any number of processes may write. Files of `path`'s form are compressed when nobody
    can write on them any more, and removed when they are older than `keep_days`; one without a date is kept.
    """

    def __init__(self, path: str, keep_days: int, today: Callable[[], date] = lambda: datetime.now(UTC).date()) -> None:
        self._to_stdout = path == STANDARD_OUTPUT
        self._folder, self._form = Path(path).parent, Path(path).name
        self._keep = timedelta(days=keep_days)
        self._today = today
        self._swept: date | None = None
        self._writer = LineWriter("audit", self._write)

    def record(self, line: Mapping[str, Any]) -> None:
        """Neither waits nor raises: a slow disk delays no call, and a broken one fails none."""
        if not self._writer.put(json.dumps(line, ensure_ascii=False)):
            _lost("the disk cannot keep up")

    def close(self, timeout_s: float) -> None:
        """Writes what is pending, for as long as that."""
        self._writer.close(timeout_s)

    def _write(self, line: str) -> None:
        try:
            if self._to_stdout:
                write_whole(STDOUT, line)
            else:
                self._append(line)
        except (OSError, ValueError) as error:
            _lost(str(error))

    def _append(self, line: str) -> None:
        today = self._today()
        # Opened anew for every line, so that a file that is moved away is not written on.
        path = self._folder / today.strftime(self._form)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            write_whole(descriptor, line)
        finally:
            os.close(descriptor)
        if self._swept != today:
            self._swept = today
            self._sweep(today)

    def _sweep(self, today: date) -> None:
        for file, day in sorted(files(self._folder, self._form)):
            try:
                if day < today - self._keep:
                    file.unlink()
                    log.info("audit_file_removed", file=file.name)
                elif day < today - WRITTEN_ON and file.suffix != PACKED:
                    _pack(file)
            except FileNotFoundError:  # another process is at it, too
                continue
            except OSError as error:
                log.error("audit_file_not_swept", file=file.name, reason=error.strerror)  # noqa: TRY400 - says it all


def summarise(text: str) -> str:
    """The beginning of a text, but never more than half of it."""
    return text[: min(SUMMARY_CHARACTERS, len(text) // 2)]


def files(folder: Path, form: str) -> Iterator[tuple[Path, date]]:
    """The files of this form in a folder, compressed or not, each with its day."""
    for file in folder.iterdir():
        if day := _day(file.name.removesuffix(PACKED), form):
            yield file, day


def _pack(file: Path) -> None:
    """Compress a file. Another process may do the same at the same time, to the same end."""
    packing = file.with_name(f".{file.name}.{os.getpid()}{PACKED}")
    try:
        with file.open("rb") as lines, gzip.open(packing, "wb") as packed:
            shutil.copyfileobj(lines, packed)
        packing.chmod(0o640)
        packing.replace(file.with_name(file.name + PACKED))
        file.unlink()
    finally:
        packing.unlink(missing_ok=True)


def _day(name: str, form: str) -> date | None:
    """The day of a file whose name has this form."""
    if "%" not in form:
        return None
    try:
        return datetime.strptime(name, form).replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _lost(reason: str) -> None:
    LINES_DROPPED.labels("audit").inc()
    log.error("audit_line_lost", reason=reason)
