"""`python -m healthcheck run|status`."""

import argparse
import asyncio
import json
import sys
import time
import urllib.request
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from healthcheck import probes
from healthcheck.alerts import Alerts
from healthcheck.docker import DockerRestarter
from healthcheck.planned import Plan, Planner
from healthcheck.policy import Policy, Rules
from healthcheck.probes import Probe
from healthcheck.restarter import Restarter
from healthcheck.server import create_app
from healthcheck.settings import HealthcheckSettings, load
from healthcheck.supervisord import SupervisordRestarter
from healthcheck.usage import measure
from healthcheck.watch import Due, Watch


def create_watch(settings: HealthcheckSettings) -> Watch:
    rules = Rules(settings.failures, settings.grace_s, settings.backoff_s, settings.backoff_max_s, settings.budget)
    restarter: Restarter = (
        DockerRestarter(settings.docker_url)
        if settings.docker_url
        else SupervisordRestarter(settings.supervisor_socket)
    )
    return Watch(
        {
            "redis": Probe([_address(settings.redis_url)], lambda _: probes.redis(settings.redis_url)),
            "triton": Probe([settings.triton_url], partial(probes.triton, settings.voice)),
            "api": Probe([_address(url) for url in settings.api_urls.split(",")], probes.api),
            "edge": Probe([_address(settings.edge_url)], lambda _: probes.edge(settings.edge_url)),
        },
        Policy(rules, time.monotonic()),
        restarter,
        Alerts(settings.webhook.get_secret_value()),
        timeout_s=settings.timeout_s,
        due=create_due(settings, restarter),
        dry_run=settings.dry_run,
    )


def create_due(settings: HealthcheckSettings, restarter: Restarter) -> Due | None:
    plan = Plan(settings.restart_memory_mb, settings.restart_gpu_memory_mb, settings.restart_hour)
    planner = Planner(plan, datetime.now(UTC))

    async def due() -> str:
        return planner.due(await measure(settings.triton_metrics_url, restarter), datetime.now(UTC))

    return None if plan.empty else due


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}"


async def run(settings: HealthcheckSettings) -> None:
    watch = create_watch(settings)
    runner = web.AppRunner(create_app(watch), access_log=None)
    await runner.setup()
    host, port = settings.bind.rsplit(":", 1)
    await web.TCPSite(runner, host, int(port)).start()
    try:
        await watch.run(settings.interval_s)
    finally:
        await runner.cleanup()


def status(settings: HealthcheckSettings) -> int:
    """A line for each service; 1 if one is not healthy, 2 if the sidecar does not answer."""
    port = settings.bind.rsplit(":", 1)[1]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=5) as response:
            services = json.load(response)["services"]
    except OSError as error:
        print(f"✗ 健康检查没有应答 the sidecar does not answer: {error}")  # noqa: T201 - this is a command line
        return 2
    for name, service in services.items():
        sign = "✓" if service["healthy"] else "✗"
        print(f"{sign} {name:<8} {service['restarts_last_hour']} restarts/h  {service['reason']}")  # noqa: T201
    return int(not all(service["healthy"] for service in services.values()))


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
