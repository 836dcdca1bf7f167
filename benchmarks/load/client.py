"""One call, and what became of it."""

import asyncio
import json
import time
from dataclasses import dataclass, field, replace

import aiohttp

from benchmarks.load.records import OK, WAV_HEADER, Record, audio_seconds, retry_after
from benchmarks.load.users import User, Users

HANGS_UP_S = 70.0
"""Who is patient waits so long; the edge gives up after 65 s."""

PIECES_PER_S = 4
"""In which a slow reader takes what it reads in a second."""


@dataclass(frozen=True)
class Habits:
    """How somebody calls. `kind` names them in the records."""

    kind: str
    patience_s: float | None = None
    """Hangs up after so long."""
    bytes_per_s: int | None = None
    """Reads no faster than this."""
    at_once: bool = False
    """Tries again without the pause that it was asked for."""
    pause_s: float = 0.0
    """Between an answer and the next call."""


@dataclass
class Client:
    """Everybody who calls: `records` has every call that has ended; the counts are also of answers still being read."""

    users: Users
    records: list[Record] = field(default_factory=list)
    answers_begun: int = 0
    bytes_read: int = 0
    _in_progress: set[asyncio.Future[None]] = field(default_factory=set)

    async def call(self, user: User, text: str, habits: Habits, *, again: bool = False) -> Record:
        ended = asyncio.get_running_loop().create_future()
        self._in_progress.add(ended)
        try:
            record = await self._call(user, text, habits, again=again)
        finally:
            self._in_progress.remove(ended)
            ended.set_result(None)
        self.records.append(record)
        return record

    async def settle(self) -> None:
        """Return when every call that is in progress now has ended, whatever has begun since."""
        if self._in_progress:
            await asyncio.wait(set(self._in_progress))

    async def _call(self, user: User, text: str, habits: Habits, *, again: bool) -> Record:
        answer = Record(habits.kind, len(text), time.monotonic(), 0.0, again=again)
        try:
            async with asyncio.timeout(habits.patience_s or HANGS_UP_S):
                answer = await self._ask(user, text, answer, habits.bytes_per_s)
        except asyncio.CancelledError:
            user.hang_up()
            raise
        except TimeoutError:
            user.hang_up()
            answer = replace(answer, code="abandoned" if habits.patience_s else "no_answer")
        except aiohttp.ClientError as error:
            answer = replace(answer, code=type(error).__name__)
        return replace(answer, ended=time.monotonic())

    async def _ask(self, user: User, text: str, answer: Record, bytes_per_s: int | None) -> Record:
        headers = {"Authorization": f"Bearer {user.token}", "Content-Type": "application/json"}
        body = json.dumps({"text": text}, ensure_ascii=False).encode()
        async with user.session.post("/tts", data=body, headers=headers) as response:
            answer = replace(
                answer,
                status=response.status,
                retry_after_s=retry_after(response.headers),
                request_id=response.headers.get("X-Request-Id", ""),
            )
            if response.status != OK:
                return replace(answer, code=_code(await response.read()))
            self.answers_begun += 1
            head, size = await self._read(response, bytes_per_s)
            return replace(answer, size=size, audio_s=audio_seconds(head, size))

    async def _read(self, response: aiohttp.ClientResponse, bytes_per_s: int | None) -> tuple[bytes, int]:
        """The first bytes of an answer and its size."""
        if bytes_per_s is None:
            whole = await response.read()
            self.bytes_read += len(whole)
            return whole[:WAV_HEADER], len(whole)
        head, size = b"", 0
        async for piece in response.content.iter_chunked(bytes_per_s // PIECES_PER_S):
            head, size = (head + piece)[:WAV_HEADER], size + len(piece)
            self.bytes_read += len(piece)
            await asyncio.sleep(1 / PIECES_PER_S)
        return head, size


def _code(body: bytes) -> str:
    try:
        return str(json.loads(body)["code"])
    except (ValueError, KeyError, TypeError):
        return "not_json"
