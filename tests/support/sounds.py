"""Sounds of known times, as an engine would make them."""

import numpy as np

from api.engine.engine import Speech, Times, Waveform
from api.synthesis.segments import Segment
from api.synthesis.synthesizer import Sound

RATE = 24000


def said(rate: int, *seconds: float) -> Waveform:
    """A tone for each positive number of seconds, silence for each negative one."""
    parts = [np.sin(np.arange(round(abs(one) * rate)) * 1500 / rate) * (one > 0) for one in seconds]
    waveform: Waveform = (0.3 * np.concatenate(parts)).astype(np.float32)
    return waveform


def sound(text: str, start: int, pause_s: float, *seconds: float, times: Times | None = None) -> Sound:
    """The segment `text` of a text, in which it begins at `start`."""
    return Sound(Speech(said(RATE, *seconds), RATE, times), Segment(text, start, start + len(text), pause_s))


def times(*pairs: tuple[float, float]) -> Times:
    return np.array(pairs, np.float32)
