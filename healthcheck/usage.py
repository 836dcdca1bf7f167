"""What Triton takes of the machine: its own metrics, and its memory as the restarter sees it."""

import asyncio

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from healthcheck.planned import Usage
from healthcheck.restarter import Restarter, RestartError

GPU_MEMORY = "nv_gpu_memory_used_bytes"
WAITING = "nv_inference_pending_request_count"
TIMEOUT_S = 5


class UsageError(Exception):
    """It could not be measured; the message says why."""


async def measure(metrics_url: str, restarter: Restarter) -> Usage:
    """The usage of the largest Triton, or `UsageError`; of several under one name the metrics are those of one."""
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.get(metrics_url) as response,
        ):
            metrics = await response.text()
        return Usage(
            await restarter.memory_mb("triton"),
            max(_values(metrics, GPU_MEMORY)) / 2**20,
            int(sum(_values(metrics, WAITING))),
        )
    except (aiohttp.ClientError, TimeoutError, RestartError) as error:
        raise UsageError(f"{type(error).__name__}: {error}") from error


def _values(metrics: str, name: str) -> list[float]:
    """Of every sample of a metric; a 0 where there is none, as without a GPU."""
    families = text_string_to_metric_families(metrics)
    return [0.0, *(sample.value for family in families for sample in family.samples if sample.name == name)]
