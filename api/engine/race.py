"""One segment asked of one server and, if that takes long, of another: the first answer wins."""

import asyncio
from collections.abc import Callable

from api.engine.engine import Speech, Utterance
from api.engine.errors import EngineError
from api.engine.hedge import Hedge
from api.engine.member import Member


class Race:
    """`second` names the other server when one is wanted; None if there is none."""

    def __init__(
        self, hedge: Hedge, second: Callable[[Member], Member | None], on_event: Callable[[str, str], None]
    ) -> None:
        self._hedge = hedge
        self._second = second
        self._on_event = on_event

    async def run(self, first: Member, utterance: Utterance, work: float, timeout_s: float) -> Speech:
        """Raises the first server's error, or the second's if both fail."""
        delay_s = self._hedge.delay_s(work)
        runners = {first.start(utterance, timeout_s): first}
        try:
            await asyncio.wait(runners, timeout=min(delay_s, timeout_s))
            left_s = timeout_s - delay_s
            # With less time than the first had, the second would seem to fail, too.
            if left_s >= delay_s and _none_done(runners) and (other := self._hedge_member(first)):
                self._on_event("hedged", first.address)
                runners[other.start(utterance, left_s)] = other
            return await self._first_answer(runners, first)
        finally:
            await _cancel(runners)

    def _hedge_member(self, first: Member) -> Member | None:
        other = self._second(first)
        return other if other and self._hedge.spend() else None

    async def _first_answer(self, runners: dict[asyncio.Task[Speech], Member], first: Member) -> Speech:
        running, error = set(runners), EngineError()
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for runner in done:
                failure = runner.exception()
                if failure is None:
                    if runners[runner] is not first and any(runners[other] is first for other in running):
                        first.failed()  # that it lost with such a start counts as a time-out
                    return runner.result()
                if not isinstance(failure, EngineError):
                    raise failure
                error = failure
        raise error


def _none_done(runners: dict[asyncio.Task[Speech], Member]) -> bool:
    return not any(runner.done() for runner in runners)


async def _cancel(runners: dict[asyncio.Task[Speech], Member]) -> None:
    for runner in runners:
        runner.cancel()
    await asyncio.gather(*runners, return_exceptions=True)
