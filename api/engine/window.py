"""How many segments one replica of the api may have at one Triton.

Replicas share a Triton and do not know each other, so each widens its window additively and narrows it
multiplicatively, on delay, as Swift does (Kumar et al., SIGCOMM 2020). The delay factor of a segment is its seconds per
work over the least seen of late; a factor of 2 means that about as much waits as is being worked on.

The alternatives: Vegas compares with a least delay of its own as well, but a replica that starts late has only ever
seen the others' queue, takes it for the server's own time and crowds the others out; therefore a window here falls to
its least now and then, as BBR does (Cardwell et al., 2016), to see the server without its own queue. AIMD on refusals
alone fills the queue until the vocoder refuses what the acoustic model has already worked on. A constant is right for
one machine and one number of replicas.
"""

from collections import deque

LEAST = 2.0
MAXIMUM = 32.0
TARGET = 2.0
DECREASE = 0.8  # Swift's beta
MOST_DECREASE = 0.5
BUCKET_S = 10.0
BUCKETS = 5  # a machine that became slower is believed after as many
PROBE_EVERY_S = 20.0
CACHED_S = 0.03  # an answer that comes sooner was in Triton's cache, and says nothing about the engine


class AdaptiveWindow:
    """Times are seconds of one clock, which the caller reads."""

    def __init__(self, now: float, maximum: float = MAXIMUM) -> None:
        self._size = LEAST
        self._maximum = max(LEAST, maximum)
        self._least: deque[tuple[float, float]] = deque()  # (begin of the bucket, least seconds per work in it)
        self._shrunk_at = now
        self._probe_from = now + PROBE_EVERY_S
        self._probing = False

    @property
    def size(self) -> int:
        return int(LEAST if self._probing else self._size)

    def finished(self, started: float, now: float, work: float, in_flight: int) -> None:
        """`in_flight` counts this segment, too."""
        if now - started < CACHED_S:
            return
        pace = (now - started) / work
        self._remember(pace, now)
        self._probe(started, now)
        if self._probing:
            return
        factor = pace / min(least for _, least in self._least)
        if factor > TARGET:
            self._shrink(started, now, DECREASE * (factor - TARGET) / factor)
        elif in_flight >= self.size:
            self._size = min(self._maximum, self._size + 1 / self._size)

    def overloaded(self, started: float, now: float) -> None:
        self._shrink(started, now, MOST_DECREASE)

    def _shrink(self, started: float, now: float, part: float) -> None:
        if started < self._shrunk_at:  # sent before the last decrease, so it says nothing about that one
            return
        self._size = max(LEAST, self._size * (1 - min(part, MOST_DECREASE)))
        self._shrunk_at = now

    def _remember(self, pace: float, now: float) -> None:
        if not self._least or now - self._least[-1][0] >= BUCKET_S:
            self._least.append((now, pace))
        begin, least = self._least[-1]
        self._least[-1] = (begin, min(least, pace))
        while len(self._least) > 1 and now - self._least[0][0] > BUCKETS * BUCKET_S:
            self._least.popleft()

    def _probe(self, started: float, now: float) -> None:
        """A probe ends with the first segment that was sent during it."""
        if self._probing and started >= self._probe_from:
            self._probing, self._probe_from = False, now + PROBE_EVERY_S
        elif not self._probing and now >= self._probe_from:
            self._probing, self._probe_from = True, now
