"""What one round shows of one copy."""

from dataclasses import dataclass
from enum import Enum, auto


class Weight(Enum):
    """What a failure is worth."""

    NOTICE = auto()
    """Tell somebody: no restart helps, as against a wrong setting."""
    SLOW = auto()
    """Count for long: it may be somebody else's fault."""
    COUNTED = auto()
    """Count: a moment of it is no failure yet."""
    CONCLUSIVE = auto()
    """Act at once: it has been seen for long enough."""
    LASTING = auto()
    """Act at once, whatever a later look shows: it does not heal by itself, though it may not always be met."""


@dataclass(frozen=True)
class Well:
    pass


@dataclass(frozen=True)
class Unknown:
    """It could not be told."""


@dataclass(frozen=True)
class Failure:
    reason: str
    weight: Weight = Weight.COUNTED


Sight = Well | Unknown | Failure


@dataclass(frozen=True)
class Look:
    """`starting`, `stopped` and `restarted` (since the last look, not by us) are what Docker or supervisord say."""

    sight: Sight
    starting: bool = False
    stopped: bool = False
    restarted: bool = False
