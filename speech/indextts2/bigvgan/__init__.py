"""Mel spectrograms to waveforms."""

from speech.indextts2.bigvgan.model import BigVgan, BigVganConfig
from speech.indextts2.bigvgan.vocoding import vocode, warm_up

__all__ = ["BigVgan", "BigVganConfig", "vocode", "warm_up"]
