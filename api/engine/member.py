"""One Triton of several: what is known of it, and whether it is trusted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from api.engine.engine import Engine, Speech, Utterance
from api.engine.errors import EngineAwayError, EngineError, EngineOverloadedError, EngineTimeoutError
from api.engine.window import AdaptiveWindow

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 60.0

AWAY = (EngineAwayError, EngineTimeoutError)


@dataclass(eq=False)
class Member:
    """An engine that fails is left alone for a while, longer each time, and then trusted with one segment first."""

    address: str
    engine: Engine
    longest_pause_s: Callable[[], float] = lambda: LONGEST_PAUSE_S
    clock: Callable[[], float] = time.monotonic
    in_flight: int = 0
    failures: int = 0
    back_at: float = 0.0
    window: AdaptiveWindow = field(init=False)

    def __post_init__(self) -> None:
        self.window = AdaptiveWindow(self.clock)

    @property
    def trusted(self) -> bool:
        return not self.failures

    @property
    def room(self) -> int:
        """How many more segments it may get now."""
        if self.failures:
            return int(self.clock() >= self.back_at and not self.in_flight)
        return max(0, self.window.size - self.in_flight)

    async def speak(self, utterance: Utterance, work: float, timeout_s: float) -> Speech:
        began = self.clock()
        self.in_flight += 1
        in_flight = self.in_flight
        try:
            speech = await self.engine.speak(utterance, timeout_s)
        except AWAY:
            self.failed()
            raise
        except EngineOverloadedError:
            self.window.overloaded()
            raise
        except EngineError:
            self.failures = 0  # it answered
            raise
        finally:
            self.in_flight -= 1
        self.failures = 0
        self.window.answered(work, self.clock() - began, in_flight)
        return speech

    def failed(self) -> None:
        """It did not answer: segments that were sent at the same time count once."""
        if self.clock() < self.back_at:
            return
        self.failures += 1
        pause_s = min(FIRST_PAUSE_S * 2 ** (self.failures - 1), self.longest_pause_s())
        self.back_at = self.clock() + pause_s
