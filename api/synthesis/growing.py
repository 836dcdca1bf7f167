"""Texts that are known whole, and those that are still written while they are spoken, as by a chat model."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Protocol

from api import problems
from api.problems import Problem, Refusal
from api.script.cutting import segments_of, segments_of_part
from api.synthesis.request import SpeechRequest
from api.synthesis.segments import Cutter, Segment

IDLE_S = 30.0
"""More of a text that is not complete is waited for so long."""


class Text(Protocol):
    """What a call is about: `characters` are what it costs so far, `most` what it may cost in all."""

    @property
    def complete(self) -> bool: ...

    @property
    def characters(self) -> int: ...

    @property
    def most(self) -> int: ...

    def allow(self, most: int, problem: Problem) -> None:
        """Allow fewer characters, with the problem of what is longer."""
        ...

    def segments(self, request: SpeechRequest, longest: int) -> AsyncGenerator[list[Segment], None]:
        """What is spoken, in segments no longer than `longest`, those together that are known at once."""
        ...


@dataclass(frozen=True)
class WholeText:
    """That of a request."""

    characters: int
    complete = True

    @property
    def most(self) -> int:
        return self.characters

    def allow(self, most: int, problem: Problem) -> None: ...

    async def segments(self, request: SpeechRequest, longest: int) -> AsyncGenerator[list[Segment], None]:
        if segments := segments_of(request.text, request.script, longest):
            yield segments


class GrowingText:
    """Has at most `most` characters, without the white space around them; with more it fails, and is not spoken on."""

    def __init__(self, most: int) -> None:
        self.so_far = ""
        self.complete = False
        self.most = most
        self._too_long = problems.TEXT_TOO_LONG
        self._failure: Refusal | None = None
        self._changed = asyncio.Event()

    @property
    def characters(self) -> int:
        return len(self.so_far)

    def add(self, piece: str) -> None:
        """Write more of it; what has failed takes no more."""
        if self._failure:
            return
        self.so_far += piece if self.so_far else piece.lstrip()
        self._check()
        self._changed.set()

    def finish(self) -> None:
        """Say that there will be no more."""
        self.so_far = self.so_far.rstrip()
        self.complete = True
        self._changed.set()

    def allow(self, most: int, problem: Problem) -> None:
        if most < self.most:
            self.most, self._too_long = most, problem
            self._check()

    def fail(self, refusal: Refusal) -> None:
        """Say why it cannot be spoken on."""
        self._failure = self._failure or refusal
        self._changed.set()

    async def segments(self, request: SpeechRequest, longest: int) -> AsyncGenerator[list[Segment], None]:
        """As they become sure, or `Refusal` where the text is at fault; the request says how they are to be read."""
        cutter = Cutter(longest, request.speed)
        while True:
            self._changed.clear()
            if self._failure:
                raise self._failure
            complete = self.complete
            parts = cutter.cut(self.so_far, complete=complete)
            if complete:
                parts[-1:] = [replace(part, pause_s=0.0) for part in parts[-1:]]
            if segments := [segment for part in parts for segment in self._spoken(part, request, longest)]:
                yield segments
            if complete:
                return
            await self._change()

    def _spoken(self, part: Segment, request: SpeechRequest, longest: int) -> list[Segment]:
        return segments_of_part(self.so_far, part, request.read_part(self.so_far, part), longest)

    def _check(self) -> None:
        if len(self.so_far.rstrip()) > self.most:
            self.fail(Refusal(self._too_long, limit=self.most))

    async def _change(self) -> None:
        try:
            async with asyncio.timeout(IDLE_S):
                await self._changed.wait()
        except TimeoutError:
            raise Refusal(problems.INPUT_TIMEOUT, seconds=round(IDLE_S)) from None
