"""When Triton is restarted though it is well: before its memory runs out, or at a quiet hour. Pure, as policy.py."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

PAUSE = timedelta(hours=1)
"""Between two restarts for memory: a limit that is set too low must not be a loop."""

PATIENCE = timedelta(minutes=10)
"""How long a restart that is due waits for a moment when nobody does."""


@dataclass(frozen=True)
class Usage:
    """What Triton takes, in MiB, and how many requests wait in its queues."""

    memory_mb: float = 0.0
    gpu_memory_mb: float = 0.0
    waiting: int = 0


@dataclass(frozen=True)
class Plan:
    """0 MiB is no limit; `hour` is one of the day in UTC, or None."""

    memory_mb: int = 0
    gpu_memory_mb: int = 0
    hour: int | None = None

    @property
    def empty(self) -> bool:
        return self == Plan()


@dataclass
class Planner:
    """`started` counts as a restart: what has just been started need not be started again."""

    plan: Plan
    started: datetime
    due_since: datetime | None = field(default=None, init=False)

    def due(self, usage: Usage, now: datetime) -> str:
        """Why Triton is to be restarted now, or nothing. The caller must do it: the next is counted from here."""
        reason = self._reason(usage, now)
        if not reason:
            self.due_since = None
            return ""
        self.due_since = self.due_since or now
        if usage.waiting and now - self.due_since < PATIENCE:
            return ""
        self.started, self.due_since = now, None
        return reason

    def _reason(self, usage: Usage, now: datetime) -> str:
        if self.plan.hour is not None and self.started < _latest(self.plan.hour, now):
            return f"planned for {self.plan.hour:02}:00 UTC"
        if now - self.started < PAUSE:
            return ""
        for what, used, limit in (
            ("memory", usage.memory_mb, self.plan.memory_mb),
            ("GPU memory", usage.gpu_memory_mb, self.plan.gpu_memory_mb),
        ):
            if 0 < limit < used:
                return f"{what} {used:.0f} MiB, over {limit} MiB"
        return ""


def _latest(hour: int, now: datetime) -> datetime:
    """When it last was `hour` o'clock."""
    today = datetime.combine(now.astimezone(UTC).date(), time(hour), UTC)
    return today if today <= now else today - timedelta(days=1)
