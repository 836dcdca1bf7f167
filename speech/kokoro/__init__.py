"""The embedded voices: Kokoro-82M, which speaks Mandarin and English, on a CPU."""

from speech.kokoro.acoustic import MAX_CHARACTERS, Acoustic
from speech.kokoro.inspector import Inspector
from speech.kokoro.settings import Settings
from speech.kokoro.vocoder import N_FEATURES, N_STYLE, SAMPLE_RATE, Vocoder
from speech.kokoro.voices import DEFAULT, VOICES

__all__ = [
    "DEFAULT",
    "MAX_CHARACTERS",
    "N_FEATURES",
    "N_STYLE",
    "SAMPLE_RATE",
    "VOICES",
    "Acoustic",
    "Inspector",
    "Settings",
    "Vocoder",
]
