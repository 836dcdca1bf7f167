"""Which voices are measured, and on what."""

from speech import baker, kokoro
from speech.voice import Voice

MANDARIN = "zh-CN"
UNNAMED = Voice("", "", MANDARIN, "", "")
"""The default of whoever is asked."""

DEFAULTS = {"baker": baker.VOICES[baker.VOICE], "kokoro": kokoro.VOICES[kokoro.DEFAULT]}
VOICES = {"baker": tuple(baker.VOICES.values()), "kokoro": tuple(kokoro.VOICES.values())}


def native(voice: Voice) -> str:
    """The list of sentences in its own language."""
    return "mandarin" if voice.language == MANDARIN else "english"
