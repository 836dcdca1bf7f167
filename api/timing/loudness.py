"""Where in a waveform somebody speaks."""

import numpy as np

from api.engine.engine import Waveform

FRAME_S = 0.01

QUIET = 10 ** (-45 / 20)
"""Of the loudest frame's level: Mandarin's softest initials lie above, an engine's noise in a pause below."""

SHORTEST_PAUSE_S = 0.03


class Loudness:
    """Of a waveform, in frames of 10 ms; times are in seconds."""

    def __init__(self, waveform: Waveform, rate: int) -> None:
        size = max(1, round(FRAME_S * rate))
        frames = np.pad(waveform, (0, -len(waveform) % size)).reshape(-1, size)
        levels = np.sqrt(np.mean(frames**2, axis=1))
        self._heard = levels > QUIET * levels.max(initial=0.0)
        self._frame_s = size / rate
        self._seconds = len(waveform) / rate

    def speech(self) -> tuple[float, float]:
        """From when to when somebody speaks; all of the waveform if nobody does."""
        heard = np.flatnonzero(self._heard)
        if not heard.size:
            return 0.0, self._seconds
        return float(heard[0]) * self._frame_s, min(float(heard[-1] + 1) * self._frame_s, self._seconds)

    def pause(self, start_s: float, end_s: float) -> tuple[float, float] | None:
        """The longest silence between two times in which somebody speaks, if it can be heard."""
        first, last = (round(time / self._frame_s) for time in (start_s, end_s))
        edges = np.flatnonzero(np.diff(self._heard[first:last].astype(np.int8), prepend=1, append=1))
        starts, ends = edges[::2], edges[1::2]
        if not starts.size or (ends - starts).max() * self._frame_s < SHORTEST_PAUSE_S:
            return None
        longest = int(np.argmax(ends - starts))
        return (first + float(starts[longest])) * self._frame_s, (first + float(ends[longest])) * self._frame_s
