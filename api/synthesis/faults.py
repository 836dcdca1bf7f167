"""What is wrong with a take, as far as it can be told without listening to words.

Whatever a person might say is good: a good take that is refused costs more than a bad one that is not.
"""

import re

import numpy as np

from api.audio.loudness import Loudness
from api.audio.repetition import likeness
from api.engine.engine import Speech, Utterance
from api.engine.errors import Fault
from api.synthesis.durations import least_s, most_s, unusual_s

FULL_SCALE = 0.999
MOST_CLIPPED = 0.1
"""Of all samples: loud speech has a hundredth of that."""

SOFTEST = 10 ** (-50 / 20)
"""Of full scale, of the loudest 10 ms."""

LONGEST_SILENCE_S = 3.0
"""At normal speed."""

LIKE = 0.85
"""Loops are 1.0 alike, a sentence that is said twice in the same way 0.9 or more; what is new was at most 0.81."""

SHORTEST_REPEATED_S = 1.0
"""What is shorter may be like another by chance."""

REPETITIVE = re.compile(r"(..+?)\1|(.)\2\2|(.{4}).*\3")
"""A text without punctuation in which something is said twice, a character three times, or four again."""


def fault_of(utterance: Utterance, speech: Speech) -> Fault | None:
    """None if nothing is wrong. A second of sound takes 0.06 ms, or 0.5 ms where a repetition is looked for."""
    waveform, text, speed = speech.waveform, utterance.text, utterance.speed
    if not np.isfinite(waveform).all():
        return Fault.NOT_FINITE
    if len(waveform) > most_s(text, speed) * speech.sample_rate:
        return Fault.TOO_LONG
    if np.count_nonzero(np.abs(waveform) >= FULL_SCALE) > MOST_CLIPPED * len(waveform):
        return Fault.CLIPPED
    loudness = Loudness(waveform, speech.sample_rate)
    if loudness.loudest < SOFTEST or loudness.longest_silence_s > LONGEST_SILENCE_S / speed:
        return Fault.SILENT
    if loudness.heard_s < least_s(text, speed):
        return Fault.TOO_SHORT
    return Fault.REPEATED if _repeats_itself(utterance, speech) else None


def _repeats_itself(utterance: Utterance, speech: Speech) -> bool:
    """Whether speech that has gone on for longer than usual says only what it has said, and the text does not."""
    usual_s = unusual_s(utterance.text, utterance.speed)
    if len(speech.waveform) / speech.sample_rate < usual_s + SHORTEST_REPEATED_S:
        return False
    if REPETITIVE.search(re.sub(r"\W", "", utterance.text)):
        return False
    return likeness(speech.waveform, speech.sample_rate, usual_s) > LIKE
