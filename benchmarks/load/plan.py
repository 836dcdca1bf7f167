"""How long everything takes: `quick` to see that it works, `reduced` for every change, `full` for a release."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

CORES = len(os.sched_getaffinity(0))

OVER = (3, 10)
"""Times as many callers as the capacity."""


@dataclass(frozen=True)
class Load:
    """Of one kind of text: numbers of callers tried, and seconds of warm-up and window while searching and overloaded.

    An overload's warm-up lets the backlog of the window before it pass.
    """

    levels: tuple[int, ...]
    search_s: tuple[float, float]
    overload_s: tuple[float, float]


@dataclass(frozen=True)
class Plan:
    name: str
    loads: Mapping[str, Load]
    table_s: tuple[float, float]
    """Warm-up and window of the rows of the issue's table; the texts of 600 characters take four times as long."""
    visits: int
    """Sentences that the occasional user asks for, on an idle stack and in each flood."""
    slow_readers: int
    slow_s: float
    pressed_s: tuple[float, float]
    found_s: float
    """How long something frozen may stay undiscovered before we end it ourselves."""
    budget_s: float
    """Nothing new is begun after so long."""
    soak_s: float = 0.0
    siege_s: float = 0.0


def levels(most_per_core: int) -> tuple[int, ...]:
    """1, 2, 4, … callers."""
    return tuple(2**i for i in range((most_per_core * CORES).bit_length()))


REDUCED = Plan(
    name="reduced",
    loads={
        "short": Load(levels(16), (3, 8), (5, 15)),
        "long": Load(levels(2), (8, 12), (15, 20)),
        "mixture": Load(levels(4), (5, 12), (10, 20)),
    },
    table_s=(5, 15),
    visits=25,
    slow_readers=20,
    slow_s=60,
    pressed_s=(5, 15),
    found_s=60,
    budget_s=1050,
)

QUICK = replace(
    REDUCED,
    name="quick",
    loads={"short": Load((2, 8), (2, 5), (2, 6)), "mixture": Load((2, 4), (2, 5), (3, 7))},
    table_s=(1, 4),
    visits=5,
    slow_readers=5,
    slow_s=10,
    pressed_s=(1, 4),
    found_s=30,
    budget_s=210,
)

FULL = replace(REDUCED, name="full", budget_s=2 * 3600, soak_s=1800, siege_s=600)

PLANS = {plan.name: plan for plan in (QUICK, REDUCED, FULL)}
