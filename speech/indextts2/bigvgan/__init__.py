"""Mel spectrograms to waveforms."""

from speech.indextts2.bigvgan.model import BigVgan, BigVganConfig
from speech.indextts2.bigvgan.vocoding import vocode

__all__ = ["BigVgan", "BigVganConfig", "vocode"]
