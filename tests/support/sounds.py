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


def babble(seconds: float, rate: int = RATE, seed: int = 0) -> Waveform:
    """Syllables of 0.2 s, no two alike: harmonics of random loudness at a random pitch, which fade in and out."""
    chance, syllables = np.random.default_rng(seed), []
    time = np.arange(round(0.2 * rate)) / rate
    for _ in range(round(seconds / 0.2)):
        loudness, pitch = chance.random((20, 1)) ** 4, chance.uniform(120, 180)
        tones = loudness * np.sin(2 * np.pi * pitch * np.arange(1, 21)[:, np.newaxis] * time)
        syllables.append(tones.sum(axis=0) / 20 * np.sin(np.pi * time / 0.2))
    waveform: Waveform = np.concatenate(syllables).astype(np.float32)
    return waveform


def sound(text: str, start: int, pause_s: float, *seconds: float, times: Times | None = None) -> Sound:
    """The segment `text` of a text, in which it begins at `start`."""
    return Sound(Speech(said(RATE, *seconds), RATE, times), Segment(text, start, start + len(text), pause_s))


def times(*pairs: tuple[float, float]) -> Times:
    return np.array(pairs, np.float32)
