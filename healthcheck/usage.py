"""What Triton takes of the machine: its own metrics, and its memory as the restarter sees it."""

from healthcheck import metrics
from healthcheck.planned import Usage
from healthcheck.probes import ProbeError
from healthcheck.restarter import Restarter, RestartError


class UsageError(Exception):
    """It could not be measured; the message says why."""


async def measure(metrics_url: str, restarter: Restarter) -> Usage:
    """The usage of the largest Triton, or `UsageError`; of several under one name the metrics are those of one."""
    try:
        tritons = [copy for copy in await restarter.copies() if copy.service == "triton" and not copy.stopped]
        if not tritons:
            raise UsageError("no copy of triton runs")
        memory_mb = max([await restarter.memory_mb(copy.name) for copy in tritons])
        waiting = (await metrics.counters(metrics_url)).waiting
        return Usage(memory_mb, await metrics.gpu_memory_mb(metrics_url), waiting)
    except (ProbeError, RestartError) as error:
        raise UsageError(str(error)) from error
