"""What `speech.engines` loads. Apart from the package itself, whose networks need nothing but torch."""

from speech.indextts2.acoustic import Acoustic
from speech.indextts2.inspector import Inspector
from speech.indextts2.settings import Settings
from speech.indextts2.vocoder import Vocoder

__all__ = ["Acoustic", "Inspector", "Settings", "Vocoder"]
