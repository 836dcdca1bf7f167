"""`python -m healthcheck run|status`."""

import argparse
import asyncio
import json
import sys
import time
import urllib.request
from datetime import UTC, datetime
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from healthcheck import probes, pulse
from healthcheck.actions import Actions
from healthcheck.alerts import Alerts
from healthcheck.certificate import CertificateWatch
from healthcheck.docker import DockerRestarter
from healthcheck.planned import Plan, Planner
from healthcheck.policy import Policy, Rules
from healthcheck.probes import Probe
from healthcheck.restarter import Restarter
from healthcheck.server import create_app
from healthcheck.settings import HealthcheckSettings, load
from healthcheck.supervisord import SupervisordRestarter
from healthcheck.triton import TritonWatch
from healthcheck.upkeep import Upkeep
from healthcheck.usage import measure
from healthcheck.watch import Watch


def create_watch(settings: HealthcheckSettings) -> Watch:
    rules = Rules(settings.failures, settings.backoff_s, settings.backoff_max_s, settings.budget)
    restarter: Restarter = (
        DockerRestarter(settings.docker_url)
        if settings.docker_url
        else SupervisordRestarter(settings.supervisor_socket, settings.grace_s)
    )
    metrics_port = urlsplit(settings.triton_metrics_url).port or 80
    triton = TritonWatch(settings.voice, metrics_port, settings.stall_s, settings.probe_s)
    return Watch(
        {
            "redis": Probe([_address(settings.redis_url)], lambda _: probes.redis(settings.redis_url)),
            "triton": Probe([settings.triton_url], triton),
            "api": Probe([_address(url) for url in settings.api_urls.split(",")], probes.api),
            "edge": Probe([_address(settings.edge_url)], probes.Edge()),
        },
        Policy(rules),
        restarter,
        Actions(restarter, Alerts(settings.webhook.get_secret_value()), settings.dry_run),
        settings.timeout_s,
    )


def create_upkeep(settings: HealthcheckSettings, watch: Watch) -> Upkeep | None:
    plan = Plan(settings.restart_memory_mb, settings.restart_gpu_memory_mb, settings.restart_hour)
    planner = Planner(plan, datetime.now(UTC))

    async def due() -> str:
        return planner.due(await measure(settings.triton_metrics_url, watch.restarter), datetime.now(UTC))

    return None if plan.empty else Upkeep(watch, due)


def create_certificates(settings: HealthcheckSettings, watch: Watch) -> list[CertificateWatch]:
    """The edge's, and those of Tritons on other servers, which have them if the api has."""
    tritons = settings.tritons if settings.triton_tls_dir else []
    return [
        CertificateWatch("edge", _address(settings.edge_url), "make reload", watch.begin),
        *(CertificateWatch("triton", one, "restart Triton and the api", watch.begin) for one in tritons),
    ]


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}"


async def run(settings: HealthcheckSettings) -> None:
    watch = create_watch(settings)
    upkeep = create_upkeep(settings, watch)
    certificates = create_certificates(settings, watch)

    def overdue_s() -> float:
        return time.monotonic() - watch.looked_at - settings.interval_s

    runner = web.AppRunner(create_app(watch, certificates, overdue_s), access_log=None)
    await runner.setup()
    host, port = settings.bind.rsplit(":", 1)
    await web.TCPSite(runner, host, int(port)).start()
    pulse.watch(overdue_s)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(watch.actions.alerts.run())
            tasks.create_task(watch.run(settings.interval_s))
            for certificate in certificates:
                tasks.create_task(certificate.run())
            if upkeep:
                tasks.create_task(upkeep.run())
    finally:
        await runner.cleanup()


def status(settings: HealthcheckSettings) -> int:
    """A line for each copy; 1 if a service is not healthy, 2 if the sidecar does not answer."""
    port = settings.bind.rsplit(":", 1)[1]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=5) as response:
            answer = json.load(response)
    except OSError as error:
        print(f"✗ 健康检查没有应答 the sidecar does not answer: {error}")  # noqa: T201 - this is a command line
        return 2
    for copy in answer["copies"]:
        sign = "✓" if copy["state"] == "well" else "✗"
        restarts = f"{copy['restarts_last_hour']} restarts/h"
        print(f"{sign} {copy['service']:<8} {copy['copy']:<20} {copy['state']:<10} {restarts}  {copy['reason']}")  # noqa: T201
    return int(not all(answer["healthy"].values()))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m healthcheck", description=__doc__)
    parser.add_argument("command", choices=["run", "status"])
    command = parser.parse_args().command
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    settings = load()
    if command == "status":
        return status(settings)
    asyncio.run(run(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
