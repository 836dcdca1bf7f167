"""The rhythm that tells listeners of generated sound: 短长 短短, "AI" in Morse (GB 45438-2025, 5.3)."""

import numpy as np

from api.engine.engine import Speech, Waveform

RHYTHM = (".-", "..")
UNIT_S = 0.1
"""A short tone, and the gap after a tone; a long one, and the gap between letters, is three (ITU-R M.1677-1)."""

HERTZ = 700.0
EDGE_S = 0.008
"""In which a tone rises and falls, so that it does not click."""

QUIETEST, LOUDEST = 0.01, 0.3
"""Levels between which it is as loud as the speech that follows: full scale is 1."""


def rhythm(speech: Speech) -> Speech:
    """At the rate and with the level of this speech."""
    rate, level = speech.sample_rate, float(np.sqrt(np.mean(np.square(speech.waveform, dtype=np.float64))))
    letters = _joined([_joined([_tone(mark, rate) for mark in letter], 1, rate) for letter in RHYTHM], 3, rate)
    amplitude = np.sqrt(2) * np.clip(level, QUIETEST, LOUDEST)
    return Speech((amplitude * letters).astype(np.float32), rate)


def _tone(mark: str, rate: int) -> Waveform:
    time = np.arange(round(UNIT_S * rate) * (3 if mark == "-" else 1)) / rate
    edges = np.clip(np.minimum(time, time[-1] - time) / EDGE_S, 0, 1)
    tone: Waveform = (np.sin(edges * np.pi / 2) ** 2 * np.sin(2 * np.pi * HERTZ * time)).astype(np.float32)
    return tone


def _joined(sounds: list[Waveform], units: int, rate: int) -> Waveform:
    """With so many units of silence between them."""
    gap = np.zeros(round(UNIT_S * rate) * units, np.float32)
    first, *others = sounds
    return np.concatenate([first, *(part for sound in others for part in (gap, sound))])
