import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from healthcheck.actions import Actions
from healthcheck.alerts import Alerts
from healthcheck.certificate import CertificateWatch
from healthcheck.policy import SERVICES, Policy, Rules
from healthcheck.probes import Probe, ProbeError
from healthcheck.restarter import Copy, RestartError
from healthcheck.server import create_app
from healthcheck.sight import Sight, Unknown, Well
from healthcheck.watch import Watch
from tests.fakes.restarter import TRITON, FakeRestarter

Check = Callable[[str], Awaitable[Sight]]
ADDRESS = "127.0.0.1:1"


async def _well(_address: str) -> Sight:
    return Well()


async def _sick(_address: str) -> Sight:
    raise ProbeError("not ready")


async def _busy(_address: str) -> Sight:
    return Unknown()


async def _hanging(_address: str) -> Sight:
    await asyncio.sleep(60)
    return Well()


async def _second_is_sick(address: str) -> Sight:
    return await (_sick if address.endswith(":2") else _busy)(address)


@pytest.fixture
def restarter() -> FakeRestarter:
    return FakeRestarter()


def _watch(
    restarter: FakeRestarter, triton: Check, *, budget: int = 5, dry_run: bool = False, names: tuple[str, ...] = ()
) -> Watch:
    rules = Rules(failures=1, backoff_s=0, backoff_max_s=0, budget=budget)
    probes = {**dict.fromkeys(SERVICES, Probe([ADDRESS], _well)), "triton": Probe(names or [ADDRESS], triton)}
    return Watch(probes, Policy(rules), restarter, Actions(restarter, Alerts(""), dry_run), timeout_s=0.05)


async def _rounds(watch: Watch, number: int = 1) -> list[tuple[str, str, str]]:
    for _ in range(number):
        await watch.round()
        await watch.actions.settle()
    return [(event.kind, event.copy, event.reason) for event in watch.events]


@pytest.mark.parametrize(("probe", "reason"), [(_sick, "not ready"), (_hanging, "no answer within 0.05 s")])
async def test_what_fails_or_hangs_is_restarted(restarter: FakeRestarter, probe: Check, reason: str) -> None:
    """An error and silence are both a failure, told as it was seen, of the copy as Docker or supervisord call it."""
    events = await _rounds(_watch(restarter, probe))
    assert [("restart", "triton-1")] == restarter.done
    assert [("failing", "triton-1", reason), ("restart", "triton-1", reason)] == events


async def test_what_is_busy_is_left_alone(restarter: FakeRestarter) -> None:
    """What cannot be told is no reason to restart."""
    assert [] == await _rounds(_watch(restarter, _busy), 5)
    assert [] == restarter.done


async def test_only_the_copy_that_fails_is_restarted(restarter: FakeRestarter) -> None:
    """Of several the sick one is told and restarted, even where another cannot be told."""
    restarter.roster = [Copy("triton", f"triton-{n}", frozenset({f"127.0.0.1:{n}"}), age_s=100) for n in (1, 2)]
    await _rounds(_watch(restarter, _second_is_sick, names=("127.0.0.1:1", "127.0.0.1:2")))
    assert [("restart", "triton-2")] == restarter.done


async def test_a_copy_that_does_not_run_is_noticed(restarter: FakeRestarter) -> None:
    """Docker's DNS lists what runs, but there should be two: the other is started."""
    gone = Copy("triton", "triton-2", frozenset(), age_s=100)
    restarter.roster = [TRITON, gone]
    watch = _watch(restarter, _well)
    restarter.roster = [TRITON, replace(gone, at=frozenset({"127.0.0.1"}))]
    await _rounds(watch)
    restarter.roster = [TRITON, replace(gone, stopped=True, age_s=None)]
    assert ("failing", "triton-2", "it does not run") in await _rounds(watch)
    assert [("restart", "triton-2")] == restarter.done


async def test_what_was_stopped_before_is_left_so(restarter: FakeRestarter) -> None:
    """A person stopped it, or the sidecar that ran before gave it up: that is told, once."""
    restarter.roster = [replace(TRITON, stopped=True, age_s=None)]
    assert [("failing", "triton-1", "it was stopped before the sidecar came")] == await _rounds(
        _watch(restarter, _well), 5
    )
    assert [] == restarter.done


async def test_a_service_without_a_copy_is_told(restarter: FakeRestarter) -> None:
    """Nothing is there to be restarted."""
    restarter.roster = []
    events = await _rounds(_watch(restarter, _well, names=("nobody.invalid:80",)), 3)
    assert [("failing", "", "there is no copy of it")] == events
    assert [] == restarter.done


async def test_what_starts_is_left_alone(restarter: FakeRestarter) -> None:
    """For as long as Docker or supervisord say so."""
    restarter.roster = [replace(TRITON, starting=True)]
    assert [] == await _rounds(_watch(restarter, _sick), 20)


async def test_a_process_that_is_dead_or_frozen_is_seen(restarter: FakeRestarter) -> None:
    """Though all that is asked is answered, by the others."""
    restarter.dead = "process 7 (triton_python_b) is frozen"
    assert ("restart", "triton-1", restarter.dead) in await _rounds(_watch(restarter, _well))


async def test_what_somebody_ends_is_left_alone(restarter: FakeRestarter) -> None:
    """A drain by hand may take its time, though it answers nobody any more."""
    restarter.roster = [replace(TRITON, ending=True)]
    assert [] == await _rounds(_watch(restarter, _sick), 20)


async def test_what_others_restart_is_seen(restarter: FakeRestarter) -> None:
    """It is younger than it was; what we restarted ourselves is not counted."""
    watch = _watch(restarter, _well)
    for age_s in (100, 102, 1, 3):
        restarter.roster = [replace(TRITON, age_s=age_s)]
        await watch.round()
    await watch.actions.settle()
    assert ["died"] == [event.kind for event in watch.events]

    watch = _watch(restarter, _sick)
    for age_s in (100, 1):
        restarter.roster = [replace(TRITON, age_s=age_s)]
        await watch.round()
        await watch.actions.settle()
    assert ["failing", "restart", "restart"] == [event.kind for event in watch.events]


async def test_a_slow_restart_holds_up_nobody(restarter: FakeRestarter) -> None:
    """The rounds go on, and the copy that is being restarted is not counted meanwhile."""
    restarter.delay_s = 0.2
    watch = _watch(restarter, _sick)
    async with asyncio.timeout(0.15):
        for _ in range(3):
            await watch.round()
    await watch.actions.settle()
    assert [("restart", "triton-1")] == restarter.done


async def test_a_roster_that_cannot_be_read_is_the_last_one(
    restarter: FakeRestarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy of Docker's socket is away: what is watched is what was there."""

    async def fail() -> list[Copy]:
        raise RestartError("no proxy")

    watch = _watch(restarter, _well)
    await watch.round()
    monkeypatch.setattr(restarter, "copies", fail)
    await watch.round()
    assert "triton-1" in {copy.name for copy in watch.policy.histories}


async def test_a_dry_run_restarts_nothing(restarter: FakeRestarter) -> None:
    """It says what it would have done."""
    events = await _rounds(_watch(restarter, _sick, dry_run=True))
    assert [] == restarter.done
    assert ["failing", "would_restart"] == [kind for kind, *_ in events]


async def test_a_restart_that_fails_is_told(restarter: FakeRestarter) -> None:
    """The alert says so, with both reasons."""
    restarter.error = RestartError("no process triton-1")
    events = await _rounds(_watch(restarter, _sick))
    assert ("restart_failed", "triton-1", "not ready; RestartError: no process triton-1") == events[-1]


async def test_what_is_given_up_is_not_left_dying_at_every_start(restarter: FakeRestarter) -> None:
    """With the budget spent the restarter is told, once."""
    events = await _rounds(_watch(restarter, _sick, budget=1), 3)
    assert [("restart", "triton-1"), ("give_up", "triton-1")] == restarter.done
    assert ["failing", "restart", "gave_up"] == [kind for kind, *_ in events]


def _client(watch: Watch, overdue_s: float = 0.0) -> TestClient[Any, Any]:
    certificates = [CertificateWatch("edge", "edge:1", "", watch.begin, not_after=1.8e9)]
    return TestClient(TestServer(create_app(watch, certificates, lambda: overdue_s)))


async def test_status_and_metrics_show_what_is_known(restarter: FakeRestarter) -> None:
    """/status is JSON for each copy with the latest events; /metrics counts them, from 0 on."""
    watch = _watch(restarter, _sick)
    await _rounds(watch)
    async with _client(watch) as client:
        status = await (await client.get("/status")).json()
        metrics = await (await client.get("/metrics")).text()
        assert 200 == (await client.get("/healthz")).status
    assert status["healthy"] == {"redis": True, "triton": False, "api": True, "edge": True}
    (triton,) = [copy for copy in status["copies"] if copy["service"] == "triton"]
    assert ("triton-1", "restarting", 1) == (triton["copy"], triton["state"], triton["restarts_last_hour"])
    assert ["failing", "restart"] == [event["kind"] for event in status["events"]]
    assert 'haoshuo_service_healthy{copy="triton-1",service="triton"} 0.0' in metrics
    assert 'haoshuo_service_given_up{copy="triton-1",service="triton"} 0.0' in metrics
    assert 'haoshuo_health_events_total{kind="restart",service="triton"} 1.0' in metrics
    assert 'haoshuo_health_events_total{kind="gave_up",service="edge"} 0.0' in metrics
    assert 'haoshuo_health_alerts_total{result="dropped"} 0.0' in metrics
    assert "haoshuo_health_last_round_timestamp_seconds" in metrics
    assert 'haoshuo_certificate_not_after_timestamp_seconds{address="edge:1",service="edge"} 1.8e+09' in metrics


async def test_a_watch_that_stands_still_is_not_healthy(restarter: FakeRestarter) -> None:
    """/healthz is 503 when a round should have ended long ago."""
    async with _client(_watch(restarter, _well), overdue_s=31) as client:
        assert 503 == (await client.get("/healthz")).status
