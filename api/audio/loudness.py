"""Where in a waveform somebody speaks."""

import numpy as np

from api.engine.engine import Waveform

FRAME_S = 0.01

QUIET = 10 ** (-45 / 20)
"""Of the loudest frame's level: Mandarin's softest initials lie above, an engine's noise in a pause below."""


class Loudness:
    """Of a waveform, in frames of 10 ms; times are in seconds."""

    def __init__(self, waveform: Waveform, rate: int) -> None:
        size = max(1, round(FRAME_S * rate))
        frames = np.pad(waveform, (0, size - len(waveform) % size)).reshape(-1, size)
        self._levels = np.sqrt(np.mean(frames**2, axis=1))
        self._quiet = QUIET * self._levels.max()
        self._frame_s = size / rate
        self._seconds = len(waveform) / rate

    @property
    def loudest(self) -> float:
        """The level of the loudest frame."""
        return float(self._levels.max())

    @property
    def heard_s(self) -> float:
        """For how long somebody speaks, pauses left out."""
        return np.count_nonzero(self._levels > self._quiet) * self._frame_s

    @property
    def longest_silence_s(self) -> float:
        start_s, end_s = self.pause(0.0, self._seconds)
        return end_s - start_s

    def speech(self) -> tuple[float, float]:
        """From when to when somebody speaks; all of the waveform if nobody does."""
        heard = np.flatnonzero(self._levels > self._quiet)
        if not heard.size:
            return 0.0, self._seconds
        return float(heard[0]) * self._frame_s, min(float(heard[-1] + 1) * self._frame_s, self._seconds)

    def pause(self, start_s: float, end_s: float) -> tuple[float, float]:
        """The longest silence between two times; where there is none, as in quick speech, the quietest moment."""
        first = min(round(start_s / self._frame_s), len(self._levels) - 1)
        levels = self._levels[first : max(first + 1, round(end_s / self._frame_s))]
        edges = np.flatnonzero(np.diff(levels > self._quiet, prepend=True, append=True))
        if not edges.size:
            middle_s = (first + float(np.argmin(levels)) + 0.5) * self._frame_s
            return middle_s, middle_s
        starts, ends = edges[::2], edges[1::2]
        longest = int(np.argmax(ends - starts))
        return (first + float(starts[longest])) * self._frame_s, (first + float(ends[longest])) * self._frame_s
