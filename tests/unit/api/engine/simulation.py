"""A Triton of `servers` workers and one queue, and replicas of the api that always have more to send, on one clock."""

import heapq
from collections import deque
from dataclasses import dataclass, field, replace
from random import Random

from api.engine.engine import Statistics
from api.engine.pool import OBSERVE_EVERY_S
from api.engine.window import AdaptiveWindow


@dataclass
class Replica:
    window: AdaptiveWindow
    starts: float = 0.0
    in_flight: int = 0
    observes_at: float = 0.0
    used: bool = False
    done: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Segment:
    replica: int
    work: float
    sent: float
    started: float = 0.0


@dataclass
class Simulation:
    servers: int
    starts: list[float]
    seconds_per_work: float = 0.02
    slower_at: float = float("inf")
    slowness: float = 3.0
    now: float = 0.0
    longest_queue: int = 0

    def __post_init__(self) -> None:
        self.replicas = [Replica(AdaptiveWindow(), start) for start in self.starts]
        self.statistics = Statistics(0, 0.0, 0.0)
        self.queue: deque[Segment] = deque()
        self._running: list[tuple[float, int, Segment]] = []
        self._random = Random(7)  # a simulation, no secret
        self._count = 0
        self._busy_s = 0.0

    def run(self, until: float) -> float:
        """How busy the servers were until then: 0…1."""
        begin, self._busy_s, self.longest_queue = self.now, 0.0, 0
        while self.now < until:
            self._observe()
            self._send()
            self._start()
            ends, _, segment = heapq.heappop(self._running)
            self._busy_s += (len(self._running) + 1) * (ends - self.now)
            self.now = ends
            self._finish(segment)
        return self._busy_s / (self.servers * (self.now - begin))

    def shares(self, since: float) -> list[int]:
        return [sum(at >= since for at in replica.done) for replica in self.replicas]

    def _observe(self) -> None:
        """Each at times of its own."""
        for replica in self.replicas:
            if self.now >= max(replica.starts, replica.observes_at):
                replica.observes_at = self.now + OBSERVE_EVERY_S * self._random.uniform(0.9, 1.1)
                replica.window.observe(self.statistics, self.now, used=replica.used)
                replica.used = False

    def _send(self) -> None:
        there = [index for index, replica in enumerate(self.replicas) if replica.starts <= self.now]
        self._random.shuffle(there)
        for index in there:
            replica = self.replicas[index]
            while replica.in_flight < replica.window.size:
                replica.in_flight += 1
                replica.used |= replica.in_flight >= replica.window.size
                self.queue.append(Segment(index, self._random.uniform(8, 40), self.now))

    def _start(self) -> None:
        while self.queue and len(self._running) < self.servers:
            segment = self.queue.popleft()
            pace = self.seconds_per_work * (self.slowness if self.now >= self.slower_at else 1)
            self._count += 1
            ends = self.now + pace * segment.work * self._random.uniform(1, 1.2)
            heapq.heappush(self._running, (ends, self._count, replace(segment, started=self.now)))
        self.longest_queue = max(self.longest_queue, len(self.queue))

    def _finish(self, segment: Segment) -> None:
        replica = self.replicas[segment.replica]
        replica.in_flight -= 1
        replica.done.append(self.now)
        self.statistics = Statistics(
            self.statistics.segments + 1,
            self.statistics.waited_s + segment.started - segment.sent,
            self.statistics.worked_s + self.now - segment.started,
        )
