"""The embedded voice: FastSpeech2 and Multi-band MelGAN trained on the Baker corpus, on a CPU."""

from speech.baker.acoustic import MAX_CHARACTERS, VOICE, VOICES, Acoustic
from speech.baker.inspector import Inspector
from speech.baker.settings import Settings
from speech.baker.vocoder import N_MELS, SAMPLE_RATE, Vocoder

__all__ = ["MAX_CHARACTERS", "N_MELS", "SAMPLE_RATE", "VOICE", "VOICES", "Acoustic", "Inspector", "Settings", "Vocoder"]
