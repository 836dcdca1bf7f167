"""IndexTTS2's GPT: from a voice, an emotion and a text to semantic codes."""

from speech.indextts2.gpt.decoder import Decoder
from speech.indextts2.gpt.lanes import slot_bytes
from speech.indextts2.gpt.model import IGNORED, Gpt
from speech.indextts2.gpt.rows import Codes, Row, Sampling

__all__ = ["IGNORED", "Codes", "Decoder", "Gpt", "Row", "Sampling", "slot_bytes"]
