"""Our whole stack beside the design that the article builds, on the same voice, texts and callers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import product

from benchmarks.baseline_article.forms import FORMS
from benchmarks.baseline_article.service import running as article
from benchmarks.load.chart import Series
from benchmarks.load.promises import Promise, least, most
from benchmarks.load.service import running as haoshuo
from benchmarks.speed.part import Machine, Plot, Result, Say
from benchmarks.speed.plan import Plan
from benchmarks.speed.visit_tables import (
    again_table,
    best,
    best_table,
    level_table,
    others,
    overload_table,
    times,
    wait_p95_s,
)
from benchmarks.speed.visits import OVER, System, Visit, visit

TITLE = "Against the article's own design"

OURS = "haoshuo"
NAMES = {
    OURS: "Haoshuo",
    "deployed": "the article's, gunicorn",
    "printed": "the article's, app.run()",
    "our vocoder": "the article's, gunicorn, our vocoder",
}
TARGETS = {"deployed": (1.6, 1.25), "printed": (2.2, 1.7)}
"""Times as much as that form, on a processor with AVX-512 and elsewhere."""

WAIT_SHARE, WAIT_CALLERS = 0.7, 16
LENGTHS = (20, 80)
ABOUT = (
    "The article's engine and back end, as `benchmarks/baseline_article` builds them, over plain HTTP; Haoshuo through",
    "its HTTPS edge, at its default settings. All speak with the voice `baker`, read texts with the same front end,",
    "and get the same texts, none twice but in the last table. One system runs at a time.",
    "",
    "The article's model says a text in one piece. Haoshuo cuts off the silence around speech and pauses between",
    "sentences, so that its audio is not exactly as long: calls/s are of the same texts, audio s/s are what was heard.",
    "Best is the most at any number of callers. CPU is of each system's own processes.",
)
UNITS = {"calls_per_s": "calls/s", "goodput": "audio s/s"}

QUICK_20, QUICK_80 = (1.0, 4.0), (1.0, 5.0)
WHOLE_20, WHOLE_80 = (2.0, 7.0), (8.0, 16.0)
"""Seconds of warm-up and of a window, for each length: 16 callers wait several seconds for 80 characters."""

QUICK = (
    Visit("deployed", 20, (4, 16), QUICK_20, repeats=10),
    Visit(OURS, 20, (4, 16), QUICK_20, repeats=10),
    Visit("printed", 20, (4,), QUICK_20),
    Visit("deployed", 80, (4,), QUICK_80, overload=True),
    Visit(OURS, 80, (4,), QUICK_80, overload=True),
    Visit("printed", 80, (4,), QUICK_80),
)
WHOLE = (
    Visit("deployed", 20, (1, 4, 16, 64), WHOLE_20, repeats=30),
    Visit(OURS, 20, (1, 4, 16, 64), WHOLE_20, repeats=30),
    Visit("printed", 20, (1, 4, 16), WHOLE_20, repeats=30),
    Visit("our vocoder", 20, (4, 16), WHOLE_20),
    Visit("deployed", 80, (1, 4, 16), WHOLE_80, overload=True),
    Visit(OURS, 80, (1, 4, 16), WHOLE_80, overload=True),
    Visit("printed", 80, (1, 4, 16), WHOLE_80, overload=True),
    Visit("our vocoder", 80, (4, 16), WHOLE_80),
)


async def measure(plan: Plan, say: Say) -> Result:
    """One system at a time: the others do not run, so that none takes CPU from it."""
    visits = []
    for one in plan.of(QUICK, WHOLE):
        say(f"{NAMES[one.system]}, {one.characters} characters")
        with _running(one.system) as system:
            visits.append(await visit(system, one))
    return {"visits": visits}


def _running(system: str) -> AbstractContextManager[System]:
    return haoshuo() if system == OURS else article(FORMS[system])


def lines(found: Result) -> Iterator[str]:
    """What was best, then everything at each number of callers, then overload and repetition."""
    visits = found["visits"]
    yield from ABOUT
    yield from ("", *best_table(visits, NAMES))
    most_others = max(others(window) for one in visits for window in (*one["levels"], *one["overload"]))
    yield from ("", f"What is no part of the benchmark took at most {100 * most_others:.0f} % of the CPU in a window.")
    for characters in LENGTHS:
        yield from ("", f"### {characters} characters", "", *level_table(visits, NAMES, characters))
    yield from ("", f"### {OVER} times the callers that saturate, 80 characters", "", *overload_table(visits, NAMES))
    yield from ("", "### The same text again, one caller", "", *again_table(visits, NAMES))


def promises(found: Result, machine: Machine) -> Iterator[Promise]:
    """For each length: how many times as much as either form does, and how much sooner than the faster one."""
    visits = found["visits"]
    for characters in LENGTHS:
        for (form, target), (unit, what) in product(TARGETS.items(), UNITS.items()):
            ours, theirs = (best(visits, system, characters, unit) for system in (OURS, form))
            claim = f"{characters} characters, best {what}: times that of {NAMES[form]}"
            yield least(claim, machine.of(*target), times(ours, theirs))
        ours, theirs = (wait_p95_s(visits, system, characters, WAIT_CALLERS) for system in (OURS, "deployed"))
        claim = f"{characters} characters, {WAIT_CALLERS} callers, wait p95: share of that of {NAMES['deployed']}"
        yield most(claim, WAIT_SHARE, times(ours, theirs), "")


def plots(found: Result) -> Mapping[str, Plot]:
    """Audio by callers, a chart for each length."""
    axes = ("callers", "audio seconds a second")
    return {
        f"article-{characters}": Plot(f"Texts of {characters} characters", _series(found["visits"], characters), axes)
        for characters in LENGTHS
    }


def _series(visits: Sequence[Result], characters: int) -> Series:
    return {
        NAMES[one["system"]]: [(level["callers"], level["goodput"]) for level in one["levels"]]
        for one in visits
        if one["characters"] == characters
    }
