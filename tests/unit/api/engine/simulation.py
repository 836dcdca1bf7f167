"""A Triton of `servers` workers and one queue, and replicas of the api that always have more to send, on one clock."""

import heapq
from collections import deque
from dataclasses import dataclass, field
from random import Random

from api.engine.window import AdaptiveWindow


@dataclass
class Replica:
    window: AdaptiveWindow
    starts: float = 0.0
    in_flight: int = 0
    done: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Segment:
    replica: int
    work: float
    sent: float


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
        self.replicas = [Replica(AdaptiveWindow(start), start) for start in self.starts]
        self.queue: deque[Segment] = deque()
        self._running: list[tuple[float, int, Segment]] = []
        self._random = Random(7)  # a simulation, no secret
        self._count = 0
        self._busy_s = 0.0

    def run(self, until: float) -> float:
        """How busy the servers were until then: 0…1."""
        begin, self._busy_s, self.longest_queue = self.now, 0.0, 0
        while self.now < until:
            self._send()
            self._start()
            ends, _, segment = heapq.heappop(self._running)
            self._busy_s += (len(self._running) + 1) * (ends - self.now)
            self.now = ends
            self._finish(segment)
        return self._busy_s / (self.servers * (self.now - begin))

    def shares(self, since: float) -> list[int]:
        return [sum(at >= since for at in replica.done) for replica in self.replicas]

    def _send(self) -> None:
        there = [index for index, replica in enumerate(self.replicas) if replica.starts <= self.now]
        self._random.shuffle(there)
        for index in there:
            replica = self.replicas[index]
            while replica.in_flight < replica.window.size:
                replica.in_flight += 1
                self.queue.append(Segment(index, self._random.uniform(8, 40), self.now))

    def _start(self) -> None:
        while self.queue and len(self._running) < self.servers:
            segment = self.queue.popleft()
            pace = self.seconds_per_work * (self.slowness if self.now >= self.slower_at else 1)
            self._count += 1
            ends = self.now + pace * segment.work * self._random.uniform(1, 1.2)
            heapq.heappush(self._running, (ends, self._count, segment))
        self.longest_queue = max(self.longest_queue, len(self.queue))

    def _finish(self, segment: Segment) -> None:
        replica = self.replicas[segment.replica]
        replica.window.finished(segment.sent, self.now, segment.work, replica.in_flight)
        replica.in_flight -= 1
        replica.done.append(self.now)
