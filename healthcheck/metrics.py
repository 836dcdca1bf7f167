"""Triton's own metrics, of which `docs/healing.md` says which ones tell the truth."""

import asyncio

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from healthcheck.probes import ProbeError
from healthcheck.progress import Counters

ENSEMBLE = "tts"
ANSWERED = "nv_inference_request_success"
FROM_CACHE = "nv_cache_num_hits_per_model"
FAILED = "nv_inference_request_failure"
DEAD_PROCESS = "BACKEND"  # the reason of a failure; what a model refuses itself is none, a full queue has another
WAITING = "nv_inference_pending_request_count"
GPU_MEMORY = "nv_gpu_memory_used_bytes"
TIMEOUT_S = 3.0
TOTAL = "_total"  # the parser adds it to the names of counters


async def counters(url: str) -> Counters:
    samples = await _samples(url)
    return Counters(
        _sum(samples, ANSWERED, model=ENSEMBLE) - _sum(samples, FROM_CACHE, model=ENSEMBLE),
        _sum(samples, FAILED, reason=DEAD_PROCESS),
        _sum(samples, WAITING),
    )


async def gpu_memory_mb(url: str) -> float:
    """Of the fullest GPU; 0 without one."""
    return max((sample.value for sample in await _samples(url) if sample.name == GPU_MEMORY), default=0.0) / 2**20


async def _samples(url: str) -> list[Sample]:
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.get(url) as response,
        ):
            families = text_string_to_metric_families(await response.text())
            return [sample for family in families for sample in family.samples]
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise ProbeError(f"{url}: {type(error).__name__}: {error}") from error


def _sum(samples: list[Sample], name: str, **labels: str) -> int:
    return int(
        sum(
            one.value
            for one in samples
            if one.name.removesuffix(TOTAL) == name and labels.items() <= one.labels.items()
        )
    )
