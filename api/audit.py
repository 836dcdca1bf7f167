"""The audit trail: who logged in and who had what spoken, one JSON line each, in a file per day."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from api.line_writer import STDOUT, LineWriter, write_whole
from api.metrics import LINES_DROPPED

log = structlog.get_logger()

STANDARD_OUTPUT = "-"
SUMMARY_CHARACTERS = 20


class Audit:
    """Appends lines to the file that `path` names today (UTC; `%Y-%m-%d` is the date), or to `-`, standard output.

    Since the date is in the name nothing is ever renamed, and any number of processes may write. Files of `path`'s form
    that are older than `keep_days` are removed; the file of a path without a date is kept.
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
        days = {file: _day(file.name, self._form) for file in self._folder.iterdir()}
        for file in [file for file, day in days.items() if day and day < today - self._keep]:
            try:
                file.unlink(missing_ok=True)  # another process may be at it, too
                log.info("audit_file_removed", file=file.name)
            except OSError as error:
                log.error("audit_file_not_removed", file=file.name, reason=error.strerror)  # noqa: TRY400 - says it all


def summarise(text: str) -> str:
    """The beginning of a text, but never more than half of it."""
    return text[: min(SUMMARY_CHARACTERS, len(text) // 2)]


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
