"""The limiter of one process: limits.lua's twin."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from api.limits.limiter import Admission, Limit, Plan, Usage

SETTLED = 0.0


@dataclass(frozen=True)
class _Entry:
    """A call is in the line until it `ends`, which settling sets to SETTLED; its charge counts for a window."""

    at: float
    ends: float
    calls: int
    characters: int

    def charge(self, limit: Limit) -> int:
        return self.calls if limit.name == "calls" else self.characters


_Entries = OrderedDict[str, _Entry]  # in order of arrival


class MemoryLimiter:
    """Holds no more than what still counts: idle users are forgotten."""

    def __init__(self, plan: Plan, clock: Callable[[], float] = time.monotonic) -> None:
        self.plan = plan
        self._clock = clock
        self._users: OrderedDict[str, _Entries] = OrderedDict()  # the user who called last comes last
        self._keep_s = max(limit.window_s for limit in plan.limits)

    async def admit(self, user: str, call: str, characters: int, lease_s: float) -> Admission:
        now, entries = self._load(user)
        known = entries.get(call)
        usages, refused = self._usages(entries.values(), now), None
        if known is None or known.ends == SETTLED:
            # One that was settled and is tried again is charged in place of what it was charged before.
            others = [entry for name, entry in entries.items() if name != call]
            usages = self._usages(others, now, (1, characters))
            refused = _longest_refusal(usages, (1, characters))
            if not refused:
                entries[call] = _Entry(now, now + lease_s, 1, characters)
                entries.move_to_end(call)
                self._save(user, entries, now)
                usages = self._usages(entries.values(), now)
        its_turn = not refused and self._is_its_turn(call, entries, now)
        return Admission(user, call, characters, usages, refused, its_turn=its_turn, replayed=known is not None)

    async def settle(self, admission: Admission, *, calls: int, characters: int) -> None:
        now, entries = self._load(admission.user)
        entry = entries.get(admission.call)
        if entry is None or entry.ends <= now:
            return
        charge = min(calls, entry.calls), min(characters, entry.characters)
        if any(charge):
            entries[admission.call] = _Entry(entry.at, SETTLED, *charge)
        else:
            del entries[admission.call]
        self._users[admission.user] = entries

    async def usages(self, user: str) -> tuple[Usage, ...]:
        now, entries = self._load(user)
        return self._usages(entries.values(), now)

    def _is_its_turn(self, call: str, entries: _Entries, now: float) -> bool:
        line = [name for name, entry in entries.items() if entry.ends > now]
        return call in line[: self.plan.in_progress]

    def _usages(self, entries: Iterable[_Entry], now: float, costs: tuple[int, int] = (0, 0)) -> tuple[Usage, ...]:
        kept = list(entries)
        return tuple(_usage(kept, limit, now, cost) for limit, cost in zip(self.plan.limits, costs, strict=True))

    def _load(self, user: str) -> tuple[float, _Entries]:
        now = self._clock()
        entries = self._users.get(user, _Entries())
        return now, _Entries((call, entry) for call, entry in entries.items() if self._counts(entry, now))

    def _save(self, user: str, entries: _Entries, now: float) -> None:
        self._users[user] = entries
        self._users.move_to_end(user)
        self._forget_idle(now)

    def _forget_idle(self, now: float) -> None:
        while self._users and not any(self._counts(entry, now) for entry in next(iter(self._users.values())).values()):
            self._users.popitem(last=False)

    def _counts(self, entry: _Entry, now: float) -> bool:
        return max(entry.at + self._keep_s, entry.ends) > now


def _usage(entries: list[_Entry], limit: Limit, now: float, cost: int) -> Usage:
    """What is left of a limit, and when there is room for `cost`; where there is already, when more is left."""
    counted = [entry for entry in entries if entry.charge(limit) and entry.at + limit.window_s > now]
    used = sum(entry.charge(limit) for entry in counted)
    remaining, reset_s = max(0, limit.amount - used), 0.0
    for entry in counted:
        reset_s = entry.at + limit.window_s - now
        used -= entry.charge(limit)
        if used + cost <= limit.amount:
            break
    return Usage(limit, remaining, math.inf if cost > limit.amount else reset_s)


def _longest_refusal(usages: tuple[Usage, ...], costs: tuple[int, int]) -> Usage | None:
    refusals = [usage for usage, cost in zip(usages, costs, strict=True) if cost > usage.remaining]
    return max(refusals, key=lambda usage: usage.reset_s, default=None)
