"""The notice that tells listeners of generated speech, in words (GB 45438-2025, 5.3)."""

from dataclasses import replace

from api.synthesis.emotions import PRESETS
from api.synthesis.request import SpeechRequest
from api.synthesis.segments import Break, Segment

NOTICE = Segment("人工智能合成语音。", 0, 0, Break.PARAGRAPH.value)
"""The standard wants 人工智能 or AI in it, and 生成 or 合成. No part of the text that a caller gave."""

SPEED = 0.55
"""The standard calls 120 to 160 characters a minute normal; engines speak up to twice as fast by themselves."""


def manner_of(segment: Segment, request: SpeechRequest) -> SpeechRequest:
    """How a segment is spoken: the notice in the same voice, plain, at the pace that the standard wants."""
    if segment is not NOTICE:
        return request
    neutral = PRESETS["neutral"]
    return replace(request, emotion=neutral, intensity=None, speed=SPEED, pitch=1.0, volume=1.0, runs=None)
