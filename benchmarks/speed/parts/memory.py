"""What each service holds after many calls of all sorts, beside what it held after few."""

import asyncio
from collections.abc import Iterator, Mapping
from random import Random

from benchmarks.load.callers import crowd
from benchmarks.load.client import Client, Habits
from benchmarks.load.markdown import counts, table
from benchmarks.load.plan import CORES
from benchmarks.load.promises import Promise
from benchmarks.load.service import Service, running
from benchmarks.load.texts import Texts
from benchmarks.speed.part import Machine, Plot, Result, Say
from benchmarks.speed.plan import Plan

TITLE = "Memory after many calls"
SERVICES = ("nginx", "api", "triton", "redis", "healthcheck")
CALLERS = 2 * CORES
SHARE, LEAST_MB = 0.1, 32.0
"""A service may grow by so much of what it had, and by so many MB in any case."""

TOO_LONG = 1001


class Mixture:
    """Mostly sentences of 20 characters; longer ones, one that was said before, one that is too long."""

    def __init__(self) -> None:
        self._texts, self._random = Texts(seed=40), Random(40)  # noqa: S311 - not for secrets
        self._again = self._texts.sized(20)

    def __call__(self) -> str:
        sort = self._random.choices(("short", "again", "longer", "too long"), (80, 10, 8, 2))
        match sort:
            case ["short"]:
                return self._texts.sized(20)
            case ["again"]:
                return self._again
            case ["longer"]:
                return self._texts.sized(80)
        return self._texts.sized(TOO_LONG)


async def measure(plan: Plan, say: Say) -> Result:
    """Beside those who listen, one caller hangs up after a third of a second, again and again."""
    few, many = plan.of((50, 200), (200, 2000))
    found: Result = {}
    with running() as service:
        users = service.users()
        client, text = Client(users), Mixture()
        leaver, long = Client(users), Texts(seed=41)
        leaving = crowd(leaver, 1, lambda: long.sized(300), Habits("hangs up", patience_s=0.3, pause_s=0.5))
        async with crowd(client, CALLERS, text, Habits("mixed")), leaving:
            for calls in (few, many):
                await _until(client, calls)
                found[str(calls)] = await asyncio.to_thread(_resident_mb, service)
                say(f"after {calls} calls: {sum(found[str(calls)].values()):.0f} MB")
        await users.close()
    outcomes = [record.outcome for record in (*client.records, *leaver.records)]
    return {"resident_mb": found, "outcomes": {outcome: outcomes.count(outcome) for outcome in sorted({*outcomes})}}


def lines(found: Result) -> Iterator[str]:
    yield f"Calls by {CALLERS} callers and one who hangs up: {counts(found['outcomes'])}."
    yield ""
    (few, before), (many, after) = found["resident_mb"].items()
    rows = [(name, before[name], after[name], after[name] - before[name]) for name in SERVICES]
    yield from table(("MB", f"after {few} calls", f"after {many}", "growth"), rows)


def promises(found: Result, _machine: Machine) -> Iterator[Promise]:
    (few, before), (many, after) = found["resident_mb"].items()
    for name in SERVICES:
        grown, allowed = after[name] - before[name], max(LEAST_MB, SHARE * before[name])
        what = f"{name}: growth from {few} to {many} mixed calls"
        yield Promise(what, f"≤ {allowed:.0f} MB", f"{grown:.1f} MB", grown <= allowed)


def plots(_found: Result) -> Mapping[str, Plot]:
    return {}


async def _until(client: Client, calls: int) -> None:
    while len(client.records) < calls:  # noqa: ASYNC110 - two looks a second are enough
        await asyncio.sleep(0.5)


def _resident_mb(service: Service) -> dict[str, float]:
    return {name: sum(service.resident_mb(name).values()) for name in SERVICES}
