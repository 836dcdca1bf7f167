"""What the sidecar shows: /status, /metrics and /healthz."""

import time
from collections.abc import Callable, Iterable, Sequence

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from healthcheck.alerts import WORDS
from healthcheck.certificate import CertificateWatch
from healthcheck.history import HOUR_S, State
from healthcheck.policy import SERVICES
from healthcheck.pulse import STALE_S
from healthcheck.watch import Watch


class _Metrics(Collector):
    def __init__(self, watch: Watch, certificates: Sequence[CertificateWatch]) -> None:
        self._watch = watch
        self._certificates = certificates

    def collect(self) -> Iterable[GaugeMetricFamily | CounterMetricFamily]:
        yield from self._states()
        events = CounterMetricFamily("haoshuo_health_events", "What was seen and done", labels=["service", "kind"])
        for service in SERVICES:
            for kind in WORDS:
                events.add_metric([service, kind], self._watch.totals[service, kind])
        yield events
        alerts = CounterMetricFamily("haoshuo_health_alerts", "Alerts posted to the webhook", labels=["result"])
        for result, count in self._watch.actions.alerts.results.items():
            alerts.add_metric([result], count)
        yield alerts
        yield self._expiries()
        last = "haoshuo_health_last_round_timestamp_seconds"
        ended = time.time() - (time.monotonic() - self._watch.looked_at)
        yield GaugeMetricFamily(last, "When the last round ended", ended)

    def _expiries(self) -> GaugeMetricFamily:
        name, labels = "haoshuo_certificate_not_after_timestamp_seconds", ["service", "address"]
        expiries = GaugeMetricFamily(name, "When the certificate expires that is shown there", labels=labels)
        for certificate in self._certificates:
            if certificate.not_after is not None:
                expiries.add_metric([certificate.service, certificate.address], certificate.not_after)
        return expiries

    def _states(self) -> Iterable[GaugeMetricFamily]:
        labels = ["service", "copy"]
        healthy = GaugeMetricFamily("haoshuo_service_healthy", "1 if the copy is well", labels=labels)
        given_up = GaugeMetricFamily("haoshuo_service_given_up", "1 if a person is needed", labels=labels)
        for copy, history in self._watch.policy.histories.items():
            healthy.add_metric([*copy], float(history.healthy))
            given_up.add_metric([*copy], float(history.state is State.GIVEN_UP))
        return healthy, given_up


def create_app(
    watch: Watch, certificates: Sequence[CertificateWatch], overdue_s: Callable[[], float]
) -> web.Application:
    """`overdue_s` is how long ago a round should have ended."""
    registry = CollectorRegistry()
    registry.register(_Metrics(watch, certificates))

    async def status(_request: web.Request) -> web.Response:
        return web.json_response(_status(watch))

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), content_type="text/plain")

    async def healthz(_request: web.Request) -> web.Response:
        stale = overdue_s() > STALE_S
        return web.json_response({"status": "failing" if stale else "ok"}, status=503 if stale else 200)

    app = web.Application()
    app.add_routes([web.get("/status", status), web.get("/metrics", metrics), web.get("/healthz", healthz)])
    return app


def _status(watch: Watch) -> dict[str, object]:
    """Of each service, which is healthy if all of its copies are, and of each copy."""
    copies = [
        {
            "service": copy.service,
            "copy": copy.name,
            "state": history.state.value,
            "reason": history.reason,
            "restarts_last_hour": sum(time.monotonic() - at < HOUR_S for at in history.restarts),
        }
        for copy, history in watch.policy.histories.items()
    ]
    healthy = {
        service: {one["state"] for one in copies if one["service"] == service} == {State.WELL.value}
        for service in SERVICES
    }
    return {"healthy": healthy, "copies": copies, "events": [event._asdict() for event in watch.events]}
