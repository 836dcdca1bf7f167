import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer

from healthcheck.alerts import Alerts
from healthcheck.policy import ORDER, Policy, Rules
from healthcheck.probes import BusyError, Probe, ProbeError
from healthcheck.restarter import RestartError
from healthcheck.server import create_app
from healthcheck.usage import UsageError
from healthcheck.watch import Due, Watch
from tests.fakes.restarter import FakeRestarter


async def _well(_address: str) -> None:
    pass


async def _sick(_address: str) -> None:
    raise ProbeError("stub process is not healthy")


async def _busy(_address: str) -> None:
    raise BusyError


async def _hanging(_address: str) -> None:
    await asyncio.sleep(60)


async def _second_is_sick(address: str) -> None:
    if address.endswith(":2"):
        raise ProbeError("not ready")
    raise BusyError


Check = Callable[[str], Awaitable[None]]
TRITONS = ["127.0.0.1:1", "127.0.0.1:2"]


@pytest.fixture
def restarter() -> FakeRestarter:
    return FakeRestarter()


def _watch(
    restarter: FakeRestarter, triton: Check, due: Due | None = None, *, budget: int = 5, dry_run: bool = False
) -> Watch:
    rules = Rules(failures=1, grace_s=0, backoff_s=0, backoff_max_s=0, budget=budget)
    probes = {**dict.fromkeys(ORDER, Probe(["127.0.0.1:1"], _well)), "triton": Probe(TRITONS, triton)}
    return Watch(probes, Policy(rules, 0), restarter, Alerts(""), timeout_s=0.05, due=due, dry_run=dry_run)


@pytest.mark.parametrize(
    ("probe", "reason"), [(_sick, "stub process is not healthy"), (_hanging, "no answer within 0.05 s")]
)
async def test_what_fails_or_hangs_is_restarted(restarter: FakeRestarter, probe: Check, reason: str) -> None:
    """An error and silence are both a failure, told as it was seen."""
    watch = _watch(restarter, probe)
    await watch.round()
    assert [("restart", "triton 127.0.0.1:1")] == restarter.done
    assert [("failing", reason), ("restart", reason)] == [(event.kind, event.reason) for event in watch.events]


async def test_only_the_copy_that_fails_is_restarted(restarter: FakeRestarter) -> None:
    """Of several the address of the sick one is told and restarted, even where another cannot be told."""
    watch = _watch(restarter, _second_is_sick)
    await watch.round()
    assert [("restart", "triton 127.0.0.1:2")] == restarter.done
    assert ["127.0.0.1:2", "127.0.0.1:2"] == [event.address for event in watch.events]


async def test_a_name_that_stands_for_nothing_is_a_failure(restarter: FakeRestarter) -> None:
    """No address: all copies are gone, and all are restarted."""
    watch = _watch(restarter, _well)
    watch = replace(watch, probes={**watch.probes, "api": Probe(["nobody.invalid:80"], _well)})
    await watch.round()
    assert [("restart", "api")] == restarter.done


async def test_what_was_just_started_by_others_has_its_grace(restarter: FakeRestarter) -> None:
    """Docker or supervisord started it after it died: it is left to load, but only once."""
    watch = _watch(restarter, _sick)
    watch.policy.rules = replace(watch.policy.rules, grace_s=0.2)
    restarter.starting = True
    await watch.round()
    assert [] == restarter.done
    await asyncio.sleep(0.25)
    await watch.round()
    assert [("restart", "triton 127.0.0.1:1")] == restarter.done


async def test_what_is_busy_is_left_alone(restarter: FakeRestarter) -> None:
    """A full queue is no reason to restart."""
    watch = _watch(restarter, _busy)
    await watch.round()
    assert [] == restarter.done


async def test_a_dry_run_restarts_nothing(restarter: FakeRestarter) -> None:
    """It says what it would have done."""
    watch = _watch(restarter, _sick, dry_run=True)
    await watch.round()
    assert [] == restarter.done
    assert ["failing", "would_restart"] == [event.kind for event in watch.events]


async def test_a_restart_that_fails_is_told(restarter: FakeRestarter) -> None:
    """The alert says so, with both reasons."""
    restarter.error = RestartError("no container of triton")
    watch = _watch(restarter, _sick)
    await watch.round()
    assert "restart_failed" == watch.events[-1].kind
    assert "stub process is not healthy; no container of triton" == watch.events[-1].reason


async def test_what_is_given_up_is_not_left_dying_at_every_start(restarter: FakeRestarter) -> None:
    """With the budget spent the restarter is told, once; where that fails the alert says so."""
    watch = _watch(restarter, _sick, budget=1)
    for _ in range(3):
        await watch.round()
    assert [("restart", "triton 127.0.0.1:1"), ("give_up", "triton")] == restarter.done
    assert ["failing", "restart", "gave_up"] == [event.kind for event in watch.events]

    watch = _watch(restarter, _sick, budget=1)
    await watch.round()
    restarter.error = RestartError("403")
    await watch.round()
    assert ("gave_up", "stub process is not healthy; 403") == (watch.events[-1].kind, watch.events[-1].reason)


async def _due() -> str:
    return "memory 5 MiB, over 4 MiB"


async def _not_due() -> str:
    return ""


async def _unknown() -> str:
    raise UsageError("no metrics")


@pytest.mark.parametrize(
    ("triton", "due", "done"),
    [
        (_well, _due, [("drain", "triton")]),
        (_well, _not_due, []),
        (_well, _unknown, []),
        (_sick, _due, [("restart", "triton 127.0.0.1:1")]),
    ],
)
async def test_what_is_due_is_restarted_when_it_is_well(
    restarter: FakeRestarter, triton: Check, due: Due, done: list[tuple[str, str]]
) -> None:
    """A planned restart is drained, told, and counts for nothing; one that is sick has other cares."""
    watch = _watch(restarter, triton, due)
    await watch.round()
    assert done == restarter.done
    assert [] == watch.policy.histories["triton"].restarts or triton is _sick
    assert ("drain" in dict(done)) == ("planned" in [event.kind for event in watch.events])


async def test_a_dry_run_plans_nothing_either(restarter: FakeRestarter) -> None:
    """It says what would have been done."""
    watch = _watch(restarter, _well, _due, dry_run=True)
    await watch.round()
    assert [] == restarter.done
    assert ["would_plan"] == [event.kind for event in watch.events]


async def test_status_and_metrics_show_what_is_known(restarter: FakeRestarter) -> None:
    """/status is JSON for each service with the latest events; /metrics counts them."""
    watch = _watch(restarter, _sick)
    await watch.round()
    async with TestClient(TestServer(create_app(watch))) as client:
        status = await (await client.get("/status")).json()
        metrics = await (await client.get("/metrics")).text()
        assert 200 == (await client.get("/healthz")).status
    assert status["services"]["redis"]["healthy"]
    assert not status["services"]["triton"]["healthy"]
    assert 1 == status["services"]["triton"]["restarts_last_hour"]
    assert ["failing", "restart"] == [event["kind"] for event in status["events"]]
    assert 'haoshuo_service_healthy{service="triton"} 0.0' in metrics
    assert 'haoshuo_health_events_total{kind="restart",service="triton"} 1.0' in metrics
