"""How a text will be read, told without speaking it."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass

from api import problems
from api.auth.principal import Principal
from api.engine.engine import Reading
from api.engine.errors import EngineError, EngineOverloadedError, NothingToSpeakError
from api.limits.limiter import headers
from api.problems import Refusal
from api.script.cutting import segments_of
from api.synthesis.calls import Desk, refusal_of
from api.synthesis.growing import WholeText
from api.synthesis.request import SpeechRequest
from api.synthesis.segments import Segment
from api.synthesis.synthesizer import each, in_order

TIMEOUT_S = 10.0
"""To wait for an engine, and again for its readings, which take milliseconds each."""

AT_ONCE = 4
"""Segments of a text that the engine is asked about at a time."""

NOTHING = WholeText(characters=0)
"""What it costs beside a call."""

MOST = 32
"""Texts that are inspected at a time, by each process of the api: the engine has one process for all of them."""


@dataclass(frozen=True)
class Inspection:
    """The segments of a text that will be heard, and how each is read. `headers` say what is left of the limits."""

    read: Sequence[tuple[Segment, Reading]]
    headers: dict[str, str]


class Inspector:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._in_progress = 0

    async def inspect(self, principal: Principal, request: SpeechRequest, call_id: str) -> Inspection:
        """The readings of a text, cut as for speech, or `Refusal`.

        It is charged as a call of no characters, and waits neither in its user's line nor for those who speak.
        """
        async with self._desk.admitted(principal.account, call_id, NOTHING, 2 * TIMEOUT_S) as admission:
            with self._place():
                longest = await self._desk.longest(time.monotonic() + TIMEOUT_S)
                read = await self._read(segments_of(request.text, request.script, longest))
            return Inspection(read, headers(admission.usages, None))

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._in_progress >= MOST:
            raise refusal_of(EngineOverloadedError())
        self._in_progress += 1
        try:
            yield
        finally:
            self._in_progress -= 1

    async def _read(self, segments: Sequence[Segment]) -> list[tuple[Segment, Reading]]:
        try:
            async with asyncio.timeout(TIMEOUT_S), aclosing(in_order(self._reading, each(segments), AT_ONCE)) as tasks:
                readings = [await task async for task in tasks]
        except (EngineError, TimeoutError) as error:
            raise refusal_of(error) from error
        read = [(segment, reading) for segment, reading in zip(segments, readings, strict=True) if reading]
        if not read:
            raise Refusal(problems.NOTHING_TO_SPEAK)
        return read

    async def _reading(self, segment: Segment) -> Reading | None:
        try:
            return await self._desk.engines.inspect(segment.text, TIMEOUT_S)
        except NothingToSpeakError:
            return None  # it is passed over in speech, too
