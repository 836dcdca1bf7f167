"""One against two Tritons, and one against two processes of the api, with models that sleep or answer at once."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from benchmarks.load.markdown import windows
from benchmarks.load.promises import Promise, least
from benchmarks.load.service import Service
from benchmarks.load.texts import Texts
from benchmarks.speed.looping import CHARACTERS
from benchmarks.speed.part import Machine, Plot, Result, Say
from benchmarks.speed.plan import Plan
from benchmarks.speed.tiny import Load, through_the_edge, tiny

TITLE = "Whether anything serialises"
INSTANCES = 2
CALLERS = 16
TWICE, AS_MUCH = 1.8, 0.95
MOST_PER_S = {"slow": 20.0, "instant": 400.0}
"""Calls a second that no setup exceeds."""


@dataclass(frozen=True)
class Setup:
    engine: str
    tritons: int
    apis: int

    @property
    def label(self) -> str:
        return f"{self.engine}, {self.tritons} Triton, {self.apis} api"


ONE_TRITON, TWO_TRITONS, ONE_API = Setup("slow", 1, 2), Setup("slow", 2, 2), Setup("slow", 2, 1)
INSTANT, INSTANT_ONE_API = Setup("instant", 1, 2), Setup("instant", 1, 1)


async def measure(plan: Plan, say: Say) -> Result:
    """The second Triton is that of the first stack, which does nothing else then."""
    seconds, found, texts = plan.of(2.0, 12.0), list[Result](), Texts(seed=400)

    async def window(setup: Setup, service: Service) -> None:
        load = Load(setup.label, MOST_PER_S[setup.engine], CALLERS)
        found.append((await through_the_edge(service, load, texts, seconds))[0])
        say(f"{setup.label}: {found[-1]['calls_per_s']:.1f} calls/s")

    with _running(ONE_TRITON) as first:
        await window(ONE_TRITON, first)
        for setup in (TWO_TRITONS, ONE_API):
            with _running(setup, f"127.0.0.1:{first.stack.settings.triton_grpc_port}") as service:
                await window(setup, service)
    for setup in plan.of((), (INSTANT, INSTANT_ONE_API)):
        with _running(setup) as service:
            await window(setup, service)
    return {"setups": found}


def lines(found: Result) -> Iterator[str]:
    yield f"{CALLERS} callers, sentences of {CHARACTERS} characters, {INSTANCES} instances of the model in each Triton."
    yield "`slow` sleeps 10 ms a character, which takes no CPU; `instant` answers at once."
    yield ""
    yield from windows(found["setups"])
    yield ""
    yield "Two cores show whether Tritons are used side by side and whether one process of the api holds up another's"
    yield "calls, since sleeping takes no core. They do not show how far processes of the api scale: with the instant"
    yield "model they share both cores with nginx, Redis, Triton and the callers."
    if any(window["label"] == INSTANT.label for window in found["setups"]):
        yield f"Two then make {_ratio(found, INSTANT, INSTANT_ONE_API):.2f} times as many calls as one."


def promises(found: Result, _machine: Machine) -> Iterator[Promise]:
    yield least("simulated cost: two Tritons, times one's goodput", TWICE, _ratio(found, TWO_TRITONS, ONE_TRITON))
    share = _ratio(found, ONE_API, TWO_TRITONS)
    yield least("simulated cost: one process of the api, share of two's goodput", AS_MUCH, share)


def plots(_found: Result) -> Mapping[str, Plot]:
    return {}


def _running(setup: Setup, other_tritons: str = "") -> AbstractContextManager[Service]:
    changed = {"api_processes": setup.apis, "engine_instances": INSTANCES, "other_tritons": other_tritons}
    return tiny(setup.engine, **changed)


def _ratio(found: Result, one: Setup, other: Setup) -> float:
    goodput = {window["label"]: float(window["goodput"]) for window in found["setups"]}
    return goodput[one.label] / goodput[other.label]
