"""Time: of stages, with the device waited for, and what is left of all; and the rounding that speeds up."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch


class Clock:
    """Seconds between laps, by name."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self.laps: dict[str, float] = {}
        self._last = self._now()

    @property
    def total(self) -> float:
        return sum(self.laps.values())

    def lap(self, name: str) -> None:
        """What was done since the last lap counts for `name`."""
        now = self._now()
        self.laps[name] = self.laps.get(name, 0.0) + now - self._last
        self._last = now

    def _now(self) -> float:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        return time.perf_counter()


class Budget:
    """Seconds for everything. What has begun is finished; what comes later is left out."""

    def __init__(self, seconds: float) -> None:
        self._start, self._seconds = time.monotonic(), seconds

    @property
    def spent(self) -> float:
        return time.monotonic() - self._start

    @property
    def over(self) -> bool:
        return self.spent >= self._seconds


@contextmanager
def tf32(*, products: bool, convolutions: bool) -> Iterator[None]:
    """Whether float32 may be rounded to TF32 on the way; torch's own default is only in convolutions."""
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    torch.set_float32_matmul_precision("high" if products else "highest")
    torch.backends.cudnn.allow_tf32 = convolutions
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before[0])
        torch.backends.cudnn.allow_tf32 = before[1]
