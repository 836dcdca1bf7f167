"""What the service counts. No label ever names a user or a text."""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from api.engine.errors import Fault

LINES_DROPPED = Counter("haoshuo_log_lines_dropped", "Lines that could not be written", ("log",), registry=None)
"""Of the process, as its logs are: `service` and `audit`. Every registry shows it."""

for _log in ("service", "audit"):
    LINES_DROPPED.labels(_log)  # shows that none were

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60)


class Metrics:
    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(LINES_DROPPED)
        self.logins = Counter("haoshuo_logins", "Logins, by what was answered", ("outcome",), registry=registry)
        self.requests = Counter("haoshuo_requests", "Answered requests", ("route", "status", "code"), registry=registry)
        self.synthesis_seconds = Histogram(
            "haoshuo_synthesis_seconds", "Time to make one call's speech", buckets=SECONDS, registry=registry
        )
        self.audio_seconds = Counter("haoshuo_audio_seconds", "Speech made", registry=registry)
        self.segments_in_flight = Gauge("haoshuo_segments_in_flight", "Segments at Triton now", registry=registry)
        self.engine_errors = Counter("haoshuo_engine_errors", "Segments that failed", ("code",), registry=registry)
        self.bad_takes = Counter("haoshuo_bad_takes", "Segments to be taken again", ("fault",), registry=registry)
        for fault in Fault:
            self.bad_takes.labels(fault)  # shows that there was none
        self.engine_events = Counter(
            "haoshuo_engine_events", "Engines ejected, returned and hedged", ("kind", "address"), registry=registry
        )
        self.fallback = Gauge("haoshuo_limiter_fallback", "1 while the limiter does without Redis", registry=registry)
        self.limiter_decisions = Counter(
            "haoshuo_limiter_decisions",
            "Calls accepted, or refused by which limit",
            ("by", "decision"),
            registry=registry,
        )
        self.fallback_calls = Counter(
            "haoshuo_limiter_fallback_calls", "Calls admitted without Redis", registry=registry
        )

    def engine_event(self, kind: str, address: str) -> None:
        self.engine_events.labels(kind, address).inc()

    def show_load(
        self, windows: Callable[[], Mapping[str, int]], backlog: Callable[[], float], rate: Callable[[], float]
    ) -> None:
        """Read these whenever metrics are asked for; the unit of work is about a character."""
        self._registry.register(_Windows(windows))
        Gauge("haoshuo_backlog_work", "Work admitted and not done", registry=self._registry).set_function(backlog)
        Gauge("haoshuo_work_rate", "Work a second, by which calls are admitted", registry=self._registry).set_function(
            rate
        )

    def render(self) -> bytes:
        return generate_latest(self._registry)


class _Windows(Collector):
    """A gauge whose labels come and go with the servers."""

    def __init__(self, windows: Callable[[], Mapping[str, int]]) -> None:
        self._windows = windows

    def collect(self) -> Iterable[GaugeMetricFamily]:
        windows = GaugeMetricFamily("haoshuo_engine_window", "Segments that may be at a Triton now", labels=["address"])
        for address, size in self._windows().items():
            windows.add_metric([address], size)
        yield windows
