"""One server of the pool: its window, what is in flight there, and whether it is trusted."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from random import getrandbits

from api.engine.engine import Engine, Speech, Utterance
from api.engine.errors import (
    BadTakeError,
    EngineAwayError,
    EngineError,
    EngineOverloadedError,
    EngineTimeoutError,
    NothingToSpeakError,
    RefusedError,
)
from api.engine.trust import Trust
from api.engine.window import AdaptiveWindow

TRIAL_TEXT = "你好"
TRIAL_TIMEOUT_S = 15.0
"""For a second of speech, though several processes of the api and the sidecar may all try a slow machine at once."""
ABSENCES = (EngineAwayError, EngineTimeoutError)
ANSWERS = (BadTakeError, EngineOverloadedError, NothingToSpeakError, RefusedError)  # of a server that is well


class Member:
    def __init__(self, address: str, engine: Engine, window: int, on_event: Callable[[str, str], None]) -> None:
        self.address = address
        self.engine = engine
        self.trust = Trust()
        self.in_flight = 0
        self.last_start = 0.0
        self.trying = False
        self._maximum = window
        self._window = AdaptiveWindow(window)
        self._used = False
        self._on_event = on_event
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def room(self) -> int:
        return max(0, self._window.size - self.in_flight) if self.trust.given else 0

    @property
    def window(self) -> int:
        return self._window.size

    def start(self, utterance: Utterance, timeout_s: float) -> asyncio.Task[Speech]:
        """The segment counts as in flight at once, before its task has run: others choose in the meantime."""
        self.in_flight += 1
        self._used |= self.in_flight >= self.window
        self.last_start = time.monotonic()
        self._idle.clear()
        task = asyncio.create_task(self._speak(utterance, timeout_s))
        task.add_done_callback(self._ended)
        return task

    def failed(self) -> None:
        if self.trust.failed(time.monotonic()):
            self._on_event("ejected", self.address)

    async def try_again(self, voice: str) -> bool:
        """A trial segment: whether the server may be trusted again."""
        self.trying = True
        try:
            await self.engine.speak(Utterance(TRIAL_TEXT, voice, seed=getrandbits(62)), TRIAL_TIMEOUT_S)
        except ANSWERS:
            pass
        except EngineError as error:
            self.trust.trial_failed(time.monotonic(), away=isinstance(error, EngineAwayError))
            return False
        finally:
            self.trying = False
        self.trust.trial_passed()
        self._window = AdaptiveWindow(self._maximum)
        self._on_event("returned", self.address)
        return True

    async def observe(self) -> None:
        """Let the window follow what the server says, if it was asked for anything."""
        used, self._used = self._used, self.in_flight >= self.window
        if used or self.in_flight:
            with suppress(EngineError):
                self._window.observe(await self.engine.statistics(), time.monotonic(), used=used)

    async def close(self) -> None:
        """Once the segments in flight are through."""
        await self._idle.wait()
        await self.engine.close()

    def _ended(self, _task: asyncio.Task[Speech]) -> None:
        self.in_flight -= 1
        if not self.in_flight:
            self._idle.set()

    async def _speak(self, utterance: Utterance, timeout_s: float) -> Speech:
        started = time.monotonic()
        try:
            speech = await self.engine.speak(utterance, timeout_s)
        except EngineOverloadedError:
            self._window.overloaded(started, time.monotonic())
            raise
        except ABSENCES:
            self.failed()
            raise
        self.trust.succeeded()
        return speech
