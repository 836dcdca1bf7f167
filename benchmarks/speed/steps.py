"""How long each step of a call takes, by the clocks of those whom it passes."""

import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from benchmarks.load.records import Record
from benchmarks.load.service import Service
from benchmarks.load.statistics import mean

METRIC = "haoshuo_synthesis_seconds"


@dataclass(frozen=True)
class Made:
    """Speech that the api has made so far: seconds that it took, and calls."""

    seconds: float
    calls: float


def speech_made(service: Service) -> Made:
    """By all processes of the api."""
    values = [sample for port in service.stack.settings.api_ports for sample in _samples(port)]
    return Made(*(sum(value for name, value in values if name == f"{METRIC}_{what}") for what in ("sum", "count")))


def _samples(port: int) -> list[tuple[str, float]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as response:
        families = text_string_to_metric_families(response.read().decode())
    return [(sample.name, sample.value) for family in families for sample in family.samples]


def steps(
    records: Sequence[Record], upstream_s: Mapping[str, float], speech_s: float, bare_s: float
) -> dict[str, float]:
    """Mean seconds that each step takes, of calls that the edge has logged; they add up to what the caller waits."""
    logged = [one for one in records if one.request_id in upstream_s]
    wait_s = mean([one.wait_s for one in logged])
    edge_s = mean([one.edge_s or 0.0 for one in logged])
    api_s = mean([upstream_s[one.request_id] for one in logged])
    return {
        "the caller, and between it and the edge": wait_s - edge_s,
        "the edge, and between it and the api": edge_s - api_s,
        "the api, before and after the speech": api_s - speech_s,
        "the api, around Triton: queue, gRPC": speech_s - bare_s,
        "Triton, as bare gRPC has it": bare_s,
    }
