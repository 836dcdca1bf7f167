"""Whether a player that starts at the first sound ever has to wait."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Arrival:
    """A piece of sound: when it was there, and how long it plays, pause included; seconds."""

    at: float
    plays_s: float


def underrun_s(arrivals: Sequence[Arrival]) -> float:
    """How late the latest piece was for a player that began with the first: 0 if none was.

    The measure `audio_underrun` of vLLM-Omni's and SGLang-Omni's benchmarks.
    """
    due, worst = arrivals[0].at, 0.0
    for arrival in arrivals:
        worst = max(worst, arrival.at - due)
        due += arrival.plays_s
    return worst
