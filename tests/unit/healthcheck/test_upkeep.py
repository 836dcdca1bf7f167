import asyncio

import pytest

from healthcheck.actions import Actions
from healthcheck.alerts import Alerts
from healthcheck.policy import SERVICES, CopyId, Policy, Rules
from healthcheck.probes import Probe, ProbeError
from healthcheck.restarter import Copy
from healthcheck.sight import Sight, Well
from healthcheck.upkeep import Due, Upkeep
from healthcheck.usage import UsageError
from healthcheck.watch import Watch
from tests.fakes.restarter import FakeRestarter

TRITONS = [Copy("triton", f"triton-{n}", frozenset({f"127.0.0.1:{n}"}), age_s=100) for n in (1, 2)]


async def _well(_address: str) -> Sight:
    return Well()


async def _sick(_address: str) -> Sight:
    raise ProbeError("not ready")


async def _due() -> str:
    return "memory 5 MiB, over 4 MiB"


async def _not_due() -> str:
    return ""


async def _unknown() -> str:
    raise UsageError("no metrics")


def _watch(restarter: FakeRestarter, *, well: bool = True, dry_run: bool = False) -> Watch:
    restarter.roster = TRITONS
    probes = {**dict.fromkeys(SERVICES, Probe(["127.0.0.1:1"], _well))}
    probes["triton"] = Probe(["127.0.0.1:1", "127.0.0.1:2"], _well if well else _sick)
    rules = Rules(failures=9, backoff_s=0, backoff_max_s=0, budget=5)
    return Watch(probes, Policy(rules), restarter, Actions(restarter, Alerts(""), dry_run), timeout_s=1)


async def _look(watch: Watch, due: Due) -> None:
    """One look, while the rounds go on."""
    await watch.round()
    rounds = asyncio.create_task(watch.run(0.005))
    await asyncio.wait_for(Upkeep(watch, due, every_s=0.01).look(), 5)
    rounds.cancel()


@pytest.mark.parametrize(
    ("well", "due", "done"),
    [
        (True, _due, [("drain", "triton-1"), ("drain", "triton-2")]),
        (True, _not_due, []),
        (True, _unknown, []),
        (False, _due, []),
    ],
    ids=["due", "not due", "unknown", "sick"],
)
async def test_what_is_due_is_restarted_when_it_is_well(due: Due, done: list[tuple[str, str]], *, well: bool) -> None:
    """Copy by copy, the next when the last is well again, and not counted; one that is sick has other cares."""
    restarter = FakeRestarter()
    watch = _watch(restarter, well=well)
    await _look(watch, due)
    assert done == restarter.done
    assert [] == watch.policy.histories[CopyId("triton", "triton-1")].restarts
    assert ["planned"] * len(done) == [event.kind for event in watch.events]


async def test_a_dry_run_plans_nothing_either() -> None:
    """It says what would have been done."""
    restarter = FakeRestarter()
    watch = _watch(restarter, dry_run=True)
    await _look(watch, _due)
    assert [] == restarter.done
    assert {"would_plan"} == {event.kind for event in watch.events}
