import asyncio

import pytest
from aiohttp.test_utils import TestClient, TestServer

from healthcheck.alerts import Alerts
from healthcheck.policy import ORDER, Policy, Rules
from healthcheck.probes import BusyError, ProbeError
from healthcheck.restarters import RestartError
from healthcheck.server import create_app
from healthcheck.watch import Probe, Watch


class FakeRestarter:
    def __init__(self) -> None:
        self.restarted: list[str] = []
        self.error: RestartError | None = None

    async def restart(self, service: str) -> None:
        if self.error:
            raise self.error
        self.restarted.append(service)


async def _well() -> None:
    pass


async def _sick() -> None:
    raise ProbeError("stub process is not healthy")


async def _busy() -> None:
    raise BusyError


async def _hanging() -> None:
    await asyncio.sleep(60)


@pytest.fixture
def restarter() -> FakeRestarter:
    return FakeRestarter()


def _watch(restarter: FakeRestarter, triton: Probe, *, dry_run: bool = False) -> Watch:
    rules = Rules(failures=1, grace_s=0, backoff_s=0, backoff_max_s=0, budget=5)
    probes = {**dict.fromkeys(ORDER, _well), "triton": triton}
    return Watch(probes, Policy(rules, 0), restarter, Alerts(""), timeout_s=0.05, dry_run=dry_run)


@pytest.mark.parametrize(
    ("probe", "reason"), [(_sick, "stub process is not healthy"), (_hanging, "no answer within 0.05 s")]
)
async def test_what_fails_or_hangs_is_restarted(restarter: FakeRestarter, probe: Probe, reason: str) -> None:
    """An error and silence are both a failure, told as it was seen."""
    watch = _watch(restarter, probe)
    await watch.round()
    assert ["triton"] == restarter.restarted
    assert [("failing", reason), ("restart", reason)] == [(event.kind, event.reason) for event in watch.events]


async def test_what_is_busy_is_left_alone(restarter: FakeRestarter) -> None:
    """A full queue is no reason to restart."""
    watch = _watch(restarter, _busy)
    await watch.round()
    assert [] == restarter.restarted


async def test_a_dry_run_restarts_nothing(restarter: FakeRestarter) -> None:
    """It says what it would have done."""
    watch = _watch(restarter, _sick, dry_run=True)
    await watch.round()
    assert [] == restarter.restarted
    assert ["failing", "would_restart"] == [event.kind for event in watch.events]


async def test_a_restart_that_fails_is_told(restarter: FakeRestarter) -> None:
    """The alert says so, with both reasons."""
    restarter.error = RestartError("no container of triton")
    watch = _watch(restarter, _sick)
    await watch.round()
    assert "restart_failed" == watch.events[-1].kind
    assert "stub process is not healthy; no container of triton" == watch.events[-1].reason


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
