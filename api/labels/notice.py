"""The notice that tells listeners of generated speech, in words (GB 45438-2025, 5.3)."""

from dataclasses import replace

from api.synthesis.emotions import PRESETS
from api.synthesis.request import SpeechRequest
from api.synthesis.segments import Break, Segment

NOTICE = Segment("以下语音由人工智能合成。", 0, 0, Break.PARAGRAPH.value)
"""The standard wants 人工智能 or AI in it, and 生成 or 合成. No part of the text that a caller gave."""


def announcing(request: SpeechRequest) -> SpeechRequest:
    """The same voice at normal speed, as the standard wants it, and plain."""
    return replace(request, emotion=PRESETS["neutral"], intensity=None, speed=1.0, pitch=1.0)
