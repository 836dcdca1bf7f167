"""What a limiter promises."""

import math
from dataclasses import dataclass
from typing import Protocol, Self


@dataclass(frozen=True)
class Limit:
    """At most `amount` of what `name` names ("calls" or "characters") in any window of `window_s` seconds."""

    name: str
    amount: int
    window_s: int


@dataclass(frozen=True)
class Plan:
    """What one account may do; at most `in_progress` calls are worked on at a time, further ones wait in a line."""

    calls: Limit
    characters: Limit
    in_progress: int

    @classmethod
    def of(cls, calls: int, characters: int, window_s: int, in_progress: int) -> Self:
        """Both limits in a window of the same length."""
        return cls(Limit("calls", calls, window_s), Limit("characters", characters, window_s), in_progress)

    @property
    def limits(self) -> tuple[Limit, Limit]:
        return (self.calls, self.characters)


@dataclass(frozen=True)
class Account:
    """Whose calls are counted together, under which name, and what they may be."""

    name: str
    plan: Plan


@dataclass(frozen=True)
class Usage:
    """How much of a limit is left, and for how long.

    `reset_s` from now there is room for the call that this limit refused, or, where it refused none, more than
    `remaining`; it is infinite where there will never be room, and 0 where nothing is used.
    """

    limit: Limit
    remaining: int
    reset_s: float

    @property
    def never(self) -> bool:
        """Whether the call asks for more than the whole limit, so that waiting does not help."""
        return math.isinf(self.reset_s)


@dataclass(frozen=True)
class Admission:
    """A limiter's decision on one call of so many characters.

    `refused` is the one of `usages` that refused it for the longest; the call was accepted where that is None.
    `its_turn` says that an accepted call may be worked on now, and `replayed` that the call was known already.
    """

    account: Account
    call: str
    characters: int
    usages: tuple[Usage, ...]
    refused: Usage | None
    its_turn: bool
    replayed: bool


class Limiter(Protocol):
    async def admit(self, account: Account, call: str, characters: int, lease_s: float) -> Admission:
        """Charge one call of so many characters and put it in its account's line, or refuse it and change nothing.

        `call` is unique. Asking again charges nothing more and tells whether its turn has come. The place in the line
        is held until the call is settled, and for at most `lease_s` seconds, counted from the first time.
        """
        ...

    async def settle(self, admission: Admission, *, calls: int, characters: int) -> None:
        """End an accepted call: it leaves the line and is charged this instead, never more than before.

        Only the first time counts; of a call that was refused, or whose place in the line has expired, nothing changes.
        """
        ...

    async def usages(self, account: Account) -> tuple[Usage, ...]:
        """What is left to this account, without charging anything."""
        ...


def headers(usages: tuple[Usage, ...], refused: Usage | None) -> dict[str, str]:
    """The fields of draft-ietf-httpapi-ratelimit-headers-10, and Retry-After where waiting helps."""
    fields = {
        "RateLimit-Policy": ", ".join(_policy(usage.limit) for usage in usages),
        "RateLimit": ", ".join(map(_left, usages)),
    }
    return {**fields, "Retry-After": _seconds(refused)} if refused and not refused.never else fields


def _policy(limit: Limit) -> str:
    unit = "" if limit.name == "calls" else f';qu="{limit.name}"'  # the draft's own unit is requests
    return f'"{limit.name}";q={limit.amount}{unit};w={limit.window_s}'


def _left(usage: Usage) -> str:
    changes = usage.reset_s > 0 and not usage.never
    return f'"{usage.limit.name}";r={usage.remaining}' + (f";t={_seconds(usage)}" if changes else "")


def _seconds(usage: Usage) -> str:
    return str(max(1, math.ceil(usage.reset_s)))
