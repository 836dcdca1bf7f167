"""The limiter of one process: limits.lua's twin."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from api.limits.limiter import Account, Admission, Limit, Plan, Usage

SETTLED = 0.0


@dataclass(frozen=True)
class _Entry:
    """A call is in the line until it `ends`, which settling sets to SETTLED; its charge counts for `longest_s`."""

    at: float
    longest_s: float
    ends: float
    calls: int
    characters: int

    def charge(self, limit: Limit) -> int:
        return self.calls if limit.name == "calls" else self.characters

    def counts(self, now: float) -> bool:
        return max(self.at + self.longest_s, self.ends) > now


_Entries = OrderedDict[str, _Entry]  # in order of arrival


class MemoryLimiter:
    """Holds no more than what still counts: idle accounts are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accounts: OrderedDict[str, _Entries] = OrderedDict()  # the one that called last comes last

    async def admit(self, account: Account, call: str, characters: int, lease_s: float) -> Admission:
        plan = account.plan
        now, entries = self._load(account.name)
        known = entries.get(call)
        usages, refused = _usages(plan, entries.values(), now), None
        if known is None or known.ends == SETTLED:
            # One that was settled and is tried again is charged in place of what it was charged before.
            others = [entry for name, entry in entries.items() if name != call]
            usages = _usages(plan, others, now, (1, characters))
            refused = _longest_refusal(usages, (1, characters))
            if not refused:
                longest_s = max(limit.window_s for limit in plan.limits)
                entries[call] = _Entry(now, longest_s, now + lease_s, 1, characters)
                entries.move_to_end(call)
                self._save(account.name, entries, now)
                usages = _usages(plan, entries.values(), now)
        its_turn = not refused and _is_its_turn(call, entries, plan, now)
        return Admission(account, call, characters, usages, refused, its_turn=its_turn, replayed=known is not None)

    async def settle(self, admission: Admission, *, calls: int, characters: int) -> None:
        now, entries = self._load(admission.account.name)
        entry = entries.get(admission.call)
        if entry is None or entry.ends <= now:
            return
        charge = min(calls, entry.calls), min(characters, entry.characters)
        if any(charge):
            entries[admission.call] = replace(entry, ends=SETTLED, calls=charge[0], characters=charge[1])
        else:
            del entries[admission.call]
        self._accounts[admission.account.name] = entries

    async def usages(self, account: Account) -> tuple[Usage, ...]:
        now, entries = self._load(account.name)
        return _usages(account.plan, entries.values(), now)

    def _load(self, name: str) -> tuple[float, _Entries]:
        now = self._clock()
        entries = self._accounts.get(name, _Entries())
        return now, _Entries((call, entry) for call, entry in entries.items() if entry.counts(now))

    def _save(self, name: str, entries: _Entries, now: float) -> None:
        self._accounts[name] = entries
        self._accounts.move_to_end(name)
        self._forget_idle(now)

    def _forget_idle(self, now: float) -> None:
        while self._accounts and not any(entry.counts(now) for entry in next(iter(self._accounts.values())).values()):
            self._accounts.popitem(last=False)


def _is_its_turn(call: str, entries: _Entries, plan: Plan, now: float) -> bool:
    line = [name for name, entry in entries.items() if entry.ends > now]
    return call in line[: plan.in_progress]


def _usages(plan: Plan, entries: Iterable[_Entry], now: float, costs: tuple[int, int] = (0, 0)) -> tuple[Usage, ...]:
    kept = list(entries)
    return tuple(_usage(kept, limit, now, cost) for limit, cost in zip(plan.limits, costs, strict=True))


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
