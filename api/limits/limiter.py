"""What a limiter promises, and how its answer reads in HTTP."""

import math
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Limit:
    """At most `calls` accepted calls in any window of `window_s` seconds."""

    calls: int
    window_s: int


@dataclass(frozen=True)
class Admission:
    """A limiter's decision on one call.

    `remaining` calls are left now; `reset_s` from now the window makes room: for this call if it was refused, for
    one more if it was accepted.
    """

    allowed: bool
    user: str
    call: str
    remaining: int
    reset_s: float


class Limiter(Protocol):
    limit: Limit

    async def admit(self, user: str, call: str, cost: int = 1) -> Admission:
        """Count a call of this user, unless that breaks the limit.

        `call` is unique, and asking again counts once. `cost` is how many calls it counts for, at most `limit.calls`.
        """
        ...

    async def refund(self, admission: Admission) -> None:
        """Forget a call that failed on our side."""
        ...


def headers(limit: Limit, admission: Admission) -> dict[str, str]:
    """The fields of draft-ietf-httpapi-ratelimit-headers-10, and Retry-After for a refused call."""
    reset = max(1, math.ceil(admission.reset_s))
    fields = {
        "RateLimit-Policy": f'"user";q={limit.calls};w={limit.window_s}',
        "RateLimit": f'"user";r={admission.remaining};t={reset}',
    }
    return fields if admission.allowed else {**fields, "Retry-After": str(reset)}
