"""The limiter of one process: window.lua's twin."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from api.limits.limiter import Admission, Limit


@dataclass(frozen=True)
class _Entry:
    at: float
    call: str


class MemoryLimiter:
    """Holds no more than the calls accepted within the last window: idle users are forgotten."""

    def __init__(self, limit: Limit, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._logs: OrderedDict[str, list[_Entry]] = OrderedDict()  # the user who called last comes last

    async def admit(self, user: str, call: str, cost: int = 1) -> Admission:
        now = self._clock()
        self._forget_idle(now)
        log = [entry for entry in self._logs.get(user, ()) if self._counts(entry, now)]
        if all(entry.call != call for entry in log):
            if (excess := len(log) + cost - self.limit.calls) > 0:
                return self._answer(user, call, log, now, blocking=excess - 1)
            log += [_Entry(now, call)] * cost
            self._logs[user] = log
            self._logs.move_to_end(user)
        return self._answer(user, call, log, now)

    async def refund(self, admission: Admission) -> None:
        log = [entry for entry in self._logs.get(admission.user, ()) if entry.call != admission.call]
        if log:
            self._logs[admission.user] = log
        else:
            self._logs.pop(admission.user, None)

    def _answer(self, user: str, call: str, log: list[_Entry], now: float, blocking: int | None = None) -> Admission:
        return Admission(
            allowed=blocking is None,
            user=user,
            call=call,
            remaining=max(0, self.limit.calls - len(log)),
            reset_s=log[blocking or 0].at + self.limit.window_s - now,
        )

    def _counts(self, entry: _Entry, now: float) -> bool:
        return now - entry.at < self.limit.window_s

    def _forget_idle(self, now: float) -> None:
        while self._logs and not self._counts(self._logs[next(iter(self._logs))][-1], now):
            self._logs.popitem(last=False)
