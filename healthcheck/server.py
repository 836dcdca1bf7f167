"""What the sidecar shows: /status, /metrics and /healthz."""

import time

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from healthcheck.policy import HOUR_S
from healthcheck.watch import Watch


class _Metrics(Collector):
    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def collect(self) -> list[GaugeMetricFamily | CounterMetricFamily]:
        healthy = GaugeMetricFamily("haoshuo_service_healthy", "1 if the last probe succeeded", labels=["service"])
        for service, history in self._watch.policy.histories.items():
            healthy.add_metric([service], float(history.healthy))
        events = CounterMetricFamily("haoshuo_health_events", "What was seen and done", labels=["service", "kind"])
        for (service, kind), count in self._watch.totals.items():
            events.add_metric([service, kind], count)
        return [healthy, events]


def create_app(watch: Watch) -> web.Application:
    registry = CollectorRegistry()
    registry.register(_Metrics(watch))

    async def status(_request: web.Request) -> web.Response:
        return web.json_response(_status(watch))

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), content_type="text/plain")

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application()
    app.add_routes([web.get("/status", status), web.get("/metrics", metrics), web.get("/healthz", healthz)])
    return app


def _status(watch: Watch) -> dict[str, object]:
    now = time.monotonic()
    services = {
        service: {
            "healthy": history.healthy,
            "reason": history.reason,
            "starting": now < history.grace_until,
            "restarts_last_hour": sum(now - at < HOUR_S for at in history.restarts),
            "gave_up": history.gave_up,
        }
        for service, history in watch.policy.histories.items()
    }
    return {"services": services, "events": [vars(event) for event in watch.events]}
