"""How long everything takes: `quick` to see that it works, `reduced` for every change, `full` for a release."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

CORES = len(os.sched_getaffinity(0))

OVER = (3, 10)
"""Times as many callers as the capacity."""


@dataclass(frozen=True)
class Load:
    """Of one kind of text: numbers of callers tried, and seconds of warm-up and window, searching and overloaded.

    A window takes longer than this: see `Bench.window`.
    """

    levels: tuple[int, ...]
    search_s: tuple[float, float]
    overload_s: tuple[float, float]


@dataclass(frozen=True)
class Plan:
    name: str
    loads: Mapping[str, Load]
    rows: tuple[tuple[int, int], ...]
    """Of the issue's table: callers, and the characters of their texts."""
    table_s: tuple[float, float]
    visits: int
    """Sentences that the occasional user asks for, on an idle stack and in each flood."""
    slow_readers: int
    slow_s: float
    """How long they have to get their answers, before others call beside them."""
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
        "short": Load(levels(8), (1, 6), (2, 12)),
        "long": Load(levels(2), (1, 10), (2, 15)),
        "mixture": Load(levels(4), (1, 10), (2, 20)),
    },
    rows=((30, 600), (60, 80)),
    table_s=(2, 12),
    visits=20,
    slow_readers=20,
    slow_s=60,
    pressed_s=(20, 12),
    found_s=60,
    budget_s=1120,
)

QUICK = replace(
    REDUCED,
    name="quick",
    loads={"short": Load((2, 8), (1, 4), (1, 5))},
    rows=((30, 80), (16, 20)),
    table_s=(1, 4),
    visits=5,
    slow_readers=5,
    slow_s=20,
    pressed_s=(1, 4),
    found_s=30,
    budget_s=200,
)

FULL = replace(
    REDUCED,
    name="full",
    loads={
        "short": Load(levels(8), (1, 10), (2, 25)),
        "long": Load(levels(2), (1, 15), (2, 40)),
        "mixture": Load(levels(4), (1, 20), (2, 45)),
    },
    rows=((30, 600), (60, 80), (30, 80), (16, 20)),
    table_s=(2, 20),
    pressed_s=(45, 30),
    budget_s=2 * 3600,
    soak_s=1800,
    siege_s=600,
)

PLANS = {plan.name: plan for plan in (QUICK, REDUCED, FULL)}
