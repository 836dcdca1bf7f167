"""The whole path beside bare gRPC to the same Triton, with a model that answers at once."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.load.markdown import table
from benchmarks.load.promises import Promise, most
from benchmarks.load.service import Service
from benchmarks.load.statistics import mean, percentile
from benchmarks.load.texts import Texts
from benchmarks.speed.looping import CHARACTERS
from benchmarks.speed.part import Machine, Plot, Result, Say
from benchmarks.speed.plan import Plan
from benchmarks.speed.sampling import FOLDERS, py_spy, sample
from benchmarks.speed.steps import speech_made, steps
from benchmarks.speed.tiny import Load, bare, calling, through_the_edge, tiny

TITLE = "What the gateway itself costs"
PER_S = 50.0
ADDED_P50_MS, ADDED_P99_MS = 4.0, 15.0
CALLERS = (16, 32)
MOST_PER_S = 400.0
"""Users are invited for so many calls a second, more than two cores can make."""

SERVICES = ("nginx", "api", "redis", "triton", "generator")


UNMEASURED = (
    "Refused are calls of a crowd while the api has seen no backlog: until then it takes the engine for a slow one."
)


@dataclass(frozen=True)
class Pair:
    """Calls through the edge, and Triton asked alone at the same rate; `steps` are mean seconds of a call."""

    edge: Result
    waits_s: Sequence[float]
    bare_s: Sequence[float]
    steps: dict[str, float]


async def measure(plan: Plan, say: Say) -> Result:
    """Edge and bare gRPC in turn, then as many calls as can be made, then a profile of one process of the api."""
    open_s, full_s, profile_s = plan.of((7.0, 4.0, 4.0), (20.0, 10.0, 10.0))
    texts = Texts(seed=300)
    with tiny("instant") as service:
        pairs = [await _pair(service, texts, open_s) for _ in range(plan.of(1, 2))]
        say(", ".join(f"{name} {1000 * mean(waits):.1f} ms" for name, waits in _waits(pairs).items()))
        full = [(await through_the_edge(service, _load(callers), texts, full_s))[0] for callers in CALLERS]
        say(", ".join(f"{one['callers']} callers {one['calls_per_s']:.0f} calls/s" for one in full))
        profile = await _profile(service, texts, profile_s)
    return {
        "open": [one.edge for one in pairs],
        "waits": {name: _percentiles(waits) for name, waits in _waits(pairs).items()},
        "steps_ms": {name: 1000 * mean([one.steps[name] for one in pairs]) for name in pairs[0].steps},
        "saturated": full,
        "profile": profile,
    }


def lines(found: Result) -> Iterator[str]:
    yield f"Sentences of {CHARACTERS} characters, {PER_S:g} calls/s that arrive at random: through HTTPS, on kept"
    yield "connections of many users, and over gRPC to the same Triton, in turn. The model answers each with a tone at"
    yield "once. The callers ran on the same machine."
    yield ""
    rows = [(name, *waits.values()) for name, waits in found["waits"].items()]
    yield from table(("asked over", "calls", "p50 ms", "p99 ms"), rows)
    yield from ("", "Mean time of such a call. The edge's clock has steps of 1 ms.", "")
    yield from table(("step", "ms"), list(found["steps_ms"].items()))
    yield from ("", "As many calls as can be made, each caller one after another; CPU milliseconds a call:", "")
    head = ("callers", "calls/s", "refused", "p50 ms", "p95 ms", *SERVICES, "calls/s a core of the api")
    yield from table(head, [_full_row(one) for one in found["saturated"]])
    yield from ("", UNMEASURED, "", *_profile_lines(found["profile"]))


def promises(found: Result, _machine: Machine) -> Iterator[Promise]:
    for name, limit in (("p50", ADDED_P50_MS), ("p99", ADDED_P99_MS)):
        added = found["waits"]["HTTPS"][name] - found["waits"]["gRPC"][name]
        yield most(f"the whole path beside bare gRPC at {PER_S:g} calls/s: added {name}", limit, added, " ms")
    lost = sum(sum(one["outcomes"].values()) - one["outcomes"].get("spoken", 0) for one in found["open"])
    yield Promise(f"calls refused or failed at {PER_S:g} calls/s", "0", str(lost), lost == 0)


def plots(_found: Result) -> Mapping[str, Plot]:
    return {}


async def _pair(service: Service, texts: Texts, seconds: float) -> Pair:
    before = await asyncio.to_thread(speech_made, service)
    edge, records = await through_the_edge(service, Load("open", PER_S), texts, seconds)
    after = await asyncio.to_thread(speech_made, service)
    alone = await bare(service, texts, PER_S, seconds)
    speech_s = (after.seconds - before.seconds) / (after.calls - before.calls)
    spoken = [record for record in records if record.outcome == "spoken"]
    taken = steps(spoken, service.upstream_seconds(), speech_s, mean(alone))
    return Pair(edge, [record.wait_s for record in spoken], alone, taken)


def _load(callers: int) -> Load:
    return Load("instant model", MOST_PER_S, callers)


async def _profile(service: Service, texts: Texts, seconds: float) -> dict[str, int] | None:
    """Samples by component of the first process of the api, while it works; None without py-spy."""
    program = py_spy()
    if program is None:
        return None
    pid = min((name, pid) for name, (pid, _) in service.processes().items() if name.startswith("api-"))[1]
    async with calling(service, _load(CALLERS[0]), texts, seconds) as client:
        samples = await sample(program, pid, seconds)
        await client.settle()
    return samples


def _waits(pairs: Sequence[Pair]) -> dict[str, list[float]]:
    return {
        "HTTPS": [wait_s for one in pairs for wait_s in one.waits_s],
        "gRPC": [wait_s for one in pairs for wait_s in one.bare_s],
    }


def _percentiles(waits_s: Sequence[float]) -> Result:
    ms = [1000 * wait_s for wait_s in waits_s]
    return {"calls": len(ms), "p50": percentile(ms, 0.5), "p99": percentile(ms, 0.99)}


def _full_row(window: Result) -> Sequence[object]:
    spent = {name: 1000 * window["cpu_s"][name] / window["outcomes"]["spoken"] for name in SERVICES}
    waits = [1000 * window[name] for name in ("wait_p50_s", "wait_p95_s")]
    refused = window["outcomes"].get("refused", 0)
    return window["callers"], window["calls_per_s"], refused, *waits, *spent.values(), 1000 / spent["api"]


def _profile_lines(samples: dict[str, int] | None) -> Iterator[str]:
    if not samples:
        yield f"Where the api spends its CPU was not sampled: py-spy is not installed, or may not look ({FOLDERS[0]})."
        return
    total = sum(samples.values())
    yield f"Where a process of the api spends its CPU then, {CALLERS[0]} callers, by {total} samples of py-spy:"
    yield ""
    yield from table(("component", "share"), [(name, f"{count / total:.0%}") for name, count in samples.items()])
