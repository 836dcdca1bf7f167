"""JSON lines on standard error, hypercorn's and the libraries' included. No token, openid or text is ever logged."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from structlog.typing import Processor

from api.line_writer import STDERR, LineWriter, write_whole
from api.metrics import LINES_DROPPED

log = structlog.get_logger()

CLOSE_S = 2.0

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    # Plain tracebacks: structlog's richer ones show local variables, and those hold tokens and texts.
    structlog.processors.format_exc_info,
]


class QueuedHandler(logging.Handler):
    """Formats where the line is logged, since the context is there, and writes elsewhere."""

    def __init__(self, descriptor: int = STDERR) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._writer = LineWriter("log", self._write)
        self._dropped = 0

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - a library's faulty line is no reason to fail where it was logged
            line = json.dumps({"event": "log_line_faulty", "level": "error", "logger": record.name})
        if not self._writer.put(line):
            self._dropped += 1
            LINES_DROPPED.labels("service").inc()
        elif self._dropped:
            count, self._dropped = self._dropped, 0
            log.error("log_lines_dropped", count=count)
            if self._dropped:  # there was no room for that either
                self._dropped += count

    def stop(self, timeout_s: float) -> None:
        self._writer.close(timeout_s)

    def _write(self, line: str) -> None:
        try:
            write_whole(self._descriptor, line)
        except OSError:  # nobody reads any more; there is nowhere else to say so
            LINES_DROPPED.labels("service").inc()


@contextmanager
def configured(level: str) -> Iterator[None]:
    """Logs while the block runs; at its end waits for pending lines, but no longer than 2 s."""
    handler = QueuedHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=SHARED,
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    try:
        yield
    finally:
        handler.stop(CLOSE_S)
