"""Semantic codes to mel spectrograms."""

from speech.indextts2.s2mel.flow import Flow, MelRow, frame_bytes
from speech.indextts2.s2mel.model import UNUSED, S2Mel
from speech.indextts2.s2mel.regulator import mel_frames

__all__ = ["UNUSED", "Flow", "MelRow", "S2Mel", "frame_bytes", "mel_frames"]
