"""Who had what spoken: one JSON line for every call of /tts, also refused, failed and abandoned ones."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Semaphore
from typing import Any

import structlog

from api import problems
from api.auth.users import User
from api.context import request_id
from api.errors import as_refusal
from api.problems import Problem
from api.synthesis.emotions import NAMES
from api.synthesis.request import SpeechRequest

log = structlog.get_logger()

STDOUT = "-"
SUMMARY_CHARACTERS = 20
MAX_PENDING = 1000


@dataclass
class Call:
    """What is known of a call so far."""

    user: User | None = None
    speech: SpeechRequest | None = None
    audio_s: float | None = None
    size: int = 0


class Audit:
    """Writes from a thread of its own: a slow disk delays no call, and a broken one fails none."""

    def __init__(self, path: str, voice: str, *, summary: bool) -> None:
        self._path = path
        self._voice = voice
        self._summary = summary
        self._writer = ThreadPoolExecutor(1, "audit")
        self._room = Semaphore(MAX_PENDING)

    @contextmanager
    def call(self) -> Iterator[Call]:
        """Records the call when the block ends, whichever way it ends."""
        call, began, problem = Call(), time.perf_counter(), None
        try:
            yield call
        except asyncio.CancelledError:
            problem = problems.CLIENT_GONE
            raise
        except Exception as error:
            problem = as_refusal(error).problem
            raise
        finally:
            elapsed_ms = round((time.perf_counter() - began) * 1000)
            self._submit({**self._describe(call), "elapsed_ms": elapsed_ms, **_outcome(problem)})

    def close(self) -> None:
        self._writer.shutdown()

    def _describe(self, call: Call) -> dict[str, Any]:
        speech = call.speech
        line: dict[str, Any] = {
            "log": "audit",
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request_id": request_id(),
            "user": call.user.hash if call.user else None,
            "voice": self._voice,
            "audio_s": call.audio_s,
            "bytes": call.size,
        }
        if speech:
            emotion = NAMES.get(speech.emotion, speech.emotion)
            line |= {"text_length": len(speech.text), "emotion": emotion, "speed": speech.speed}
        if speech and self._summary:
            line["text_summary"] = summarise(speech.text)
        return line

    def _submit(self, line: dict[str, Any]) -> None:
        if self._room.acquire(blocking=False):
            self._writer.submit(self._write, json.dumps(line, ensure_ascii=False))
        else:
            log.error("audit_line_lost", reason="the disk cannot keep up")

    def _write(self, line: str) -> None:
        data = f"{line}\n".encode()
        try:
            if self._path == STDOUT:
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
            else:
                _append(Path(self._path), data)
        except (OSError, ValueError) as error:
            log.error("audit_line_lost", reason=str(error))  # noqa: TRY400 - the reason says it all
        finally:
            self._room.release()


def summarise(text: str) -> str:
    """The beginning of a text, but never more than half of it."""
    return text[: min(SUMMARY_CHARACTERS, len(text) // 2)]


def _outcome(problem: Problem | None) -> dict[str, Any]:
    return {"status": problem.status, "code": problem.code} if problem else {"status": 200, "code": "ok"}


def _append(path: Path, data: bytes) -> None:
    # Opened anew for every line, so that a log rotated away is not written on; unbuffered, so that the lines of
    # several processes do not mix.
    with path.open("ab", buffering=0) as file:
        file.write(data)
