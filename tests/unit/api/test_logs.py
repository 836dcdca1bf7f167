"""The service log delays nobody, and says what it could not say."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest

PROGRAM = """
import asyncio, sys
import structlog
from api import logs
from api.metrics import LINES_DROPPED

log = structlog.get_logger()

def dropped():
    return int(LINES_DROPPED.labels("service")._value.get())
"""


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    yield read, write
    os.close(read)


def start(body: str, stderr: int) -> "subprocess.Popen[bytes]":
    """A process that logs to `stderr`; it prints to standard output when it is done."""
    program = PROGRAM + textwrap.dedent(body)
    return subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stdin=subprocess.PIPE, stderr=stderr
    )


def test_lines(pipe: tuple[int, int]) -> None:
    """Every line is JSON, ours and the libraries', in order, with its context, and all are there after the block."""
    read, write = pipe
    program = """
    import logging
    with logs.configured("info"):
        structlog.contextvars.bind_contextvars(request_id="abc")
        log.info("ours", text="好\\ud800")
        logging.getLogger("hypercorn.error").warning("their %s", "line")
        log.debug("not this")
        logging.getLogger("x").info("%d", "faulty")
        try:
            secret = "s3cret-local"
            raise ValueError("boom")
        except ValueError:
            log.exception("failed")
    """
    process = start(program, write)
    os.close(write)
    process.communicate(timeout=60)
    with os.fdopen(os.dup(read)) as lines:
        ours, theirs, faulty, failed = map(json.loads, lines)
    assert ("ours", "好\ud800", "abc", "info") == tuple(ours[key] for key in ("event", "text", "request_id", "level"))
    assert ("their line", "hypercorn.error") == (theirs["event"], theirs["logger"])
    assert ("log_line_faulty", "x") == (faulty["event"], faulty["logger"])
    assert "ValueError: boom" in failed["exception"]
    assert "s3cret-local" not in failed["exception"]


def test_a_full_pipe(pipe: tuple[int, int]) -> None:
    """When nobody reads standard error the loop goes on, lines are dropped and counted, and the process can end."""
    read, write = pipe
    program = """
    async def run():
        for number in range(10_000):
            log.info("line", number=number, padding="x" * 100)
            await asyncio.sleep(0)
        print(dropped(), flush=True)

    with logs.configured("info"):
        asyncio.run(run())
    """
    process = start(program, write)
    os.close(write)
    out, _ = process.communicate(timeout=60)
    assert (0, True) == (process.returncode, int(out) > 5000)
    assert read  # still open: nobody reads, and nobody hung up


def test_what_was_dropped_is_said(pipe: tuple[int, int]) -> None:
    """When the pipe is read again, the log tells how many lines are missing."""
    read, write = pipe
    program = """
    with logs.configured("info"):
        for number in range(10_000):
            log.info("line", number=number, padding="x" * 100)
        print("full", flush=True)
        sys.stdin.readline()
        before = 0
        while before != dropped():
            before = dropped()
            log.info("again")
    print(dropped(), flush=True)
    """
    process = start(program, write)
    os.close(write)
    assert process.stdout is not None
    assert process.stdin is not None
    assert b"full\n" == process.stdout.readline()
    with os.fdopen(os.dup(read)) as lines:
        process.stdin.write(b"\n")
        process.stdin.close()
        events = [json.loads(line) for line in lines]
    process.wait(timeout=60)
    dropped = int(process.stdout.read())
    process.stdout.close()
    assert dropped == sum(event.get("count", 0) for event in events if event["event"] == "log_lines_dropped")
