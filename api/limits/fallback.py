"""Redis decides while it can be reached; without it each process still limits its own calls."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial

from api.limits.limiter import Account, Admission, Limiter, Usage
from api.metrics import Metrics
from api.redis_guard import RedisAwayError, RedisGuard

MAX_OWED = 1000


@dataclass(frozen=True)
class _Settlement:
    admission: Admission
    calls: int
    characters: int


class FallbackLimiter:
    """Asks the local limiter first, which knows every call this process accepted, then the shared one.

    So a call too many for the local one alone never reaches Redis, and whatever happens to Redis (down, back,
    restarted empty) one process accepts no more than the limit.
    """

    def __init__(self, shared: Limiter, local: Limiter, guard: RedisGuard, metrics: Metrics) -> None:
        self._shared = shared
        self._local = local
        self._guard = guard
        self._metrics = metrics
        self._owed: OrderedDict[tuple[str, str], _Settlement] = OrderedDict()

    async def admit(self, account: Account, call: str, characters: int, lease_s: float) -> Admission:
        here = await self._local.admit(account, call, characters, lease_s)
        by, admission = "process", here
        if here.refused is None:
            by, admission = await self._admit_everywhere(here, lease_s)
        if not admission.replayed:
            decision = admission.refused.limit.name if admission.refused else "accepted"
            self._metrics.limiter_decisions.labels(by, decision).inc()
        return admission

    async def settle(self, admission: Admission, *, calls: int, characters: int) -> None:
        await self._local.settle(admission, calls=calls, characters=characters)
        self._owe(_Settlement(admission, calls, characters))
        await self._pay()

    async def usages(self, account: Account) -> tuple[Usage, ...]:
        try:
            return await self._guard.ask(partial(self._shared.usages, account))
        except RedisAwayError:
            return await self._local.usages(account)

    async def _admit_everywhere(self, here: Admission, lease_s: float) -> tuple[str, Admission]:
        """Who decided, and what."""
        try:
            question = partial(self._shared.admit, here.account, here.call, here.characters, lease_s)
            everywhere = await self._guard.ask(question)
        except RedisAwayError:
            if not here.replayed:
                self._metrics.fallback_calls.inc()
            return "process", here
        except asyncio.CancelledError:
            await self._abandon(here)
            raise
        await self._pay()
        if everywhere.refused is None:
            return "redis", everywhere
        if here.replayed:  # it was accepted while Redis was away, and what is accepted stays so
            return "process", here
        await self._local.settle(here, calls=0, characters=0)
        return "redis", everywhere

    async def _abandon(self, here: Admission) -> None:
        """A call cancelled before its caller has an admission to settle counts, and leaves the line."""
        if not here.replayed:
            await self._local.settle(here, calls=1, characters=here.characters)
            self._owe(_Settlement(here, 1, here.characters))

    def _owe(self, settlement: _Settlement) -> None:
        self._owed[settlement.admission.account.name, settlement.admission.call] = settlement
        while len(self._owed) > MAX_OWED:
            self._owed.popitem(last=False)

    async def _pay(self) -> None:
        """Tells Redis what was settled; what it cannot be told now it is told when it answers again."""
        while self._owed:
            _, owed = self._owed.popitem(last=False)
            try:
                await self._guard.ask(partial(self._settle_everywhere, owed))
            except RedisAwayError:
                self._owe(owed)
                return
            except asyncio.CancelledError:
                self._owe(owed)
                raise

    async def _settle_everywhere(self, owed: _Settlement) -> None:
        await self._shared.settle(owed.admission, calls=owed.calls, characters=owed.characters)
