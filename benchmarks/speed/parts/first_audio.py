"""When the first sound of a text is there, and whether a player that starts with it ever has to wait."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from random import Random

from benchmarks.load.markdown import table
from benchmarks.load.plan import CORES
from benchmarks.load.promises import Promise, least, most
from benchmarks.load.service import running
from benchmarks.load.statistics import percentile
from benchmarks.load.texts import Texts
from benchmarks.load.users import Users
from benchmarks.speed.listening import FORMS, SESSION, Heard, listen
from benchmarks.speed.part import Machine, Plot, Result, Say
from benchmarks.speed.plan import Plan

TITLE = "The first sound, and whether it goes on"
SHARES = {20: 0.6, 100: 0.25, 300: 0.1, 1000: 0.05}
"""Lengths of the texts, and how many of those of the open loop have them."""

FORM_CHARACTERS = 100
LOAD = 0.7
CALLERS = 2 * CORES
IDLE_S, TIMES_SHORTEST, CONTINUITY = 0.25, 1.3, 0.99


class Mixture:
    """Texts of all lengths, none twice, the same in every run."""

    def __init__(self) -> None:
        self._texts, self._random = Texts(seed=30), Random(30)  # noqa: S311 - not for secrets

    def sized(self, characters: int) -> str:
        return self._texts.sized(characters)

    def any(self) -> str:
        (characters,) = self._random.choices([*SHARES], [*SHARES.values()])
        return self.sized(characters)

    def pause_s(self, per_s: float) -> float:
        """Until the next of so many arrivals a second (a Poisson process)."""
        return self._random.expovariate(per_s)


async def measure(plan: Plan, say: Say) -> Result:
    """Alone, in every form; then as much as it can; then 70 % of that."""
    texts = Mixture()
    with running() as service:
        users = service.users()
        try:
            alone = await _alone(users, texts, plan.of(4, 20))
            say(f"alone: {[round(1e3 * one.first_s) for one in alone[:: len(alone) // len(SHARES)]]} ms")
            forms = await _forms(users, texts, plan.of(4, 20))
            capacity, calls_per_s = await _saturated(users, texts, plan.of(8.0, 30.0))
            say(f"saturated: {capacity:.0f} audio s/s")
            loaded, refused = await _open_loop(users, texts, LOAD * calls_per_s, plan.of(20.0, 100.0))
        finally:
            await users.close()
    heard = {"alone": alone, "forms": forms, "loaded": loaded}
    return {
        "capacity_audio_s_per_s": capacity,
        "calls_per_s": LOAD * calls_per_s,
        "refused": refused,
        **{name: [asdict(one) for one in some] for name, some in heard.items()},
    }


def lines(found: Result) -> Iterator[str]:
    share, capacity, rate = f"{100 * LOAD:.0f} %", found["capacity_audio_s_per_s"], found["calls_per_s"]
    refused = found["refused"]
    mixture = ", ".join(f"{100 * part:.0f} % of {length} characters" for length, part in SHARES.items())
    yield "Streams through the edge, each from its request to the first bytes of sound and to its end; a player that"
    yield "starts with the first sound waits for what is late. Alone is one text after another on an idle stack."
    yield f"Saturated, it makes {capacity:.0f} audio s/s of a mixture ({mixture});"
    yield f"at {share} of it {rate:.1f} texts a second arrive at random (a Poisson process). Refused were {refused}."
    yield ""
    head = (
        "characters",
        "load",
        "texts",
        "first sound p50 s",
        "p95 s",
        "never waits",
        "waits < 0.1 s",
        "longest wait s",
    )
    rows = [
        (length, name, *_row(_of(found[key], length)))
        for key, name in (("alone", "alone"), ("loaded", share))
        for length in SHARES
    ]
    yield from table(head, rows)
    yield ""
    yield f"In other forms, {FORM_CHARACTERS} characters, alone:"
    yield ""
    names = sorted({one["form"] for one in found["forms"]})
    heard = {name: [one for one in found["forms"] if one["form"] == name] for name in names}
    rows = [(name, *_row(heard[name])) for name in names]
    yield from table(("form", *head[2:]), rows)


def promises(found: Result, _machine: Machine) -> Iterator[Promise]:
    first = {length: _first_p50_s(_of(found["alone"], length)) for length in SHARES}
    for length, seconds in first.items():
        yield most(f"first sound of {length} characters, alone, p50", IDLE_S, seconds, " s")
    shortest, longest = first[min(SHARES)], first[max(SHARES)]
    times = longest / shortest if shortest and longest else None
    yield most(
        f"first sound of {max(SHARES)} characters: times that of {min(SHARES)}, alone", TIMES_SHORTEST, times, ""
    )
    heard = (_never_waits(found["loaded"]) or 0.0) * len(found["loaded"])
    asked = len(found["loaded"]) + found["refused"]
    yield least(f"texts heard without a wait, at {100 * LOAD:.0f} % load", CONTINUITY, heard / asked if asked else None)


def plots(found: Result) -> Mapping[str, Plot]:
    loads = {"alone": "alone", "loaded": f"{100 * LOAD:.0f} % load"}
    series = {
        name: [(length, first) for length in SHARES if (first := _first_p50_s(_of(found[key], length)))]
        for key, name in loads.items()
    }
    return {"first-audio": Plot("First sound, median", series, ("characters", "seconds"))}


async def _alone(users: Users, texts: Mixture, times: int) -> list[Heard]:
    await listen(users, texts.sized(20))  # connects
    lengths = [length for length in SHARES for _ in range(times)]
    return _spoken([await listen(users, texts.sized(length)) for length in lengths])


async def _forms(users: Users, texts: Mixture, times: int) -> list[Heard]:
    forms = [form for _ in range(times) for form in (*FORMS, SESSION)]
    return _spoken([await listen(users, texts.sized(FORM_CHARACTERS), form) for form in forms])


async def _saturated(users: Users, texts: Mixture, seconds: float) -> tuple[float, float]:
    """Audio seconds and texts a second, closed loop."""
    began = time.monotonic()

    async def caller() -> list[Heard | None]:
        heard = []
        while time.monotonic() < began + seconds:
            heard.append(await listen(users, texts.any()))
        return heard

    heard = [one for some in await asyncio.gather(*(caller() for _ in range(CALLERS))) for one in _spoken(some)]
    spent = time.monotonic() - began
    return sum(one.audio_s for one in heard) / spent, len(heard) / spent


async def _open_loop(users: Users, texts: Mixture, per_s: float, seconds: float) -> tuple[list[Heard], int]:
    """What was heard, and how many were refused."""
    until, calls = time.monotonic() + seconds, list[asyncio.Task[Heard | None]]()
    while time.monotonic() < until:
        calls.append(asyncio.create_task(listen(users, texts.any())))
        await asyncio.sleep(texts.pause_s(per_s))
    heard = await asyncio.gather(*calls)
    return _spoken(heard), heard.count(None)


def _spoken(heard: Iterable[Heard | None]) -> list[Heard]:
    return [one for one in heard if one]


def _of(heard: Sequence[Result], characters: int) -> list[Result]:
    return [one for one in heard if one["characters"] == characters]


def _first_p50_s(heard: Sequence[Result]) -> float | None:
    return percentile([one["first_s"] for one in heard], 0.5)


def _never_waits(heard: Sequence[Result], longest_s: float = 0.0) -> float | None:
    return sum(one["underrun_s"] <= longest_s for one in heard) / len(heard) if heard else None


def _row(heard: Sequence[Result]) -> tuple[float | None, ...]:
    p95, longest = (
        percentile([one["first_s"] for one in heard], 0.95),
        max((one["underrun_s"] for one in heard), default=None),
    )
    return len(heard), _first_p50_s(heard), p95, _never_waits(heard), _never_waits(heard, 0.1), longest
