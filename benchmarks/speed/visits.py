"""The same load on one system after another, of which each is started for it and stopped after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Protocol

from benchmarks.load.callers import crowd
from benchmarks.load.client import Client, Habits
from benchmarks.load.statistics import Window, capacity, goodput, mean, percentile
from benchmarks.load.texts import Texts
from benchmarks.load.users import Users
from benchmarks.load.windows import Watched, summaries, watch
from benchmarks.speed.part import Result

SATURATED_SHARE = 0.95
"""Saturated is a system from the fewest callers on that get so much of its peak."""

OVER = 3
AGAIN_CHARACTERS = 20


class System(Watched, Protocol):
    """What is visited."""

    def users(self) -> Users:
        """Nobody yet, but who comes is let in."""
        ...


@dataclass(frozen=True)
class Visit:
    """`levels` are numbers of callers, `times` the seconds of a warm-up and of a window."""

    system: str
    characters: int
    levels: tuple[int, ...]
    times: tuple[float, float]
    overload: bool = False
    """Whether it ends with three times as many callers as saturate the system."""
    repeats: int = 0
    """How often it begins with one text, asked for by one caller again and again."""


async def visit(system: System, plan: Visit) -> Result:
    """Every system is asked for the same texts, none of them twice."""
    users, texts = system.users(), Texts(seed=plan.characters)
    try:
        again = await _again(Client(users), texts.sized(AGAIN_CHARACTERS), plan.repeats)
        client = Client(users)
        windows = await _press(system, client, plan, texts)
    finally:
        await users.close()
    found = summaries(system, client, windows)
    spoken = [record.audio_s for record in client.records if record.audio_s]
    return {
        "system": plan.system,
        "characters": plan.characters,
        "levels": found[: len(plan.levels)],
        "overload": found[len(plan.levels) :],
        "audio_s": mean(spoken) if spoken else None,
        "again": again,
    }


async def _again(client: Client, text: str, times: int) -> Result:
    for words in repeat(text, times):
        user = await client.users.take(len(words))
        await client.call(user, words, Habits("again"))
        client.users.give_back(user, len(words))
    spoken = [record.wait_s for record in client.records if record.audio_s]
    return {"calls": times, "spoken": len(spoken), "wait_p50_s": percentile(spoken, 0.5)}


async def _press(system: System, client: Client, plan: Visit, texts: Texts) -> list[Window]:
    windows: list[Window] = []
    async with crowd(client, 0, lambda: texts.sized(plan.characters), Habits(plan.system)) as callers:
        for size in plan.levels:
            callers.resize(size)
            windows.append(await watch(system, client, "level", size, plan.times))
        if plan.overload:
            callers.resize(OVER * _saturating(client, windows))
            windows.append(await watch(system, client, "overload", len(callers), plan.times))
    return windows


def _saturating(client: Client, windows: Sequence[Window]) -> int:
    return capacity({one.callers: goodput(client.records, one) for one in windows}, SATURATED_SHARE)
