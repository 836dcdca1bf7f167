"""`POST /v1/tts/timestamps`: a text → its file, and when what of it is heard, in one JSON."""

import asyncio
import json
from base64 import b64encode
from collections import deque
from functools import partial

from quart import Blueprint, Response

from api.answers import TimestampsAnswer
from api.audio.encoder import FileEncoder, pieces_of
from api.synthesis.voices import Voices
from api.timing.subtitles import WRITERS
from api.timing.timeline import Timeline
from api.views.parsing import Asked, parse_timestamps
from api.views.tts import encode, estimated_bytes, take, whole
from api.wiring import Services

BASE64 = 4 / 3
TIMES_BYTES = 160
"""Of each character of the text at most, with sentences and subtitles: each may be a sentence."""


def blueprint(services: Services, voices: Voices, max_characters: int) -> Blueprint:
    routes = Blueprint("timestamps", __name__)
    parse = partial(parse_timestamps, voices=voices, max_characters=max_characters)

    @routes.post("/v1/tts/timestamps")
    async def timestamps() -> Response:
        order = await take(services, parse, _estimated_bytes)
        asked = order.asked
        timeline = Timeline(asked.speech.text, asked.encoding, asked.speech.shown)
        encoder, pieces = await encode(order.call, asked.encoding, order.trail, services.metrics, timeline.add)
        body = await asyncio.to_thread(_body, asked, timeline, encoder, pieces)
        return whole(order, body, "application/json", encoder.seconds, {})

    return routes


def _body(asked: Asked, timeline: Timeline, encoder: FileEncoder, pieces: deque[bytes]) -> deque[bytes]:
    """The answer in pieces."""
    answer: TimestampsAnswer = {
        "text": asked.speech.text,
        "media_type": asked.encoding.format.media_type,
        "sample_rate": encoder.rate,
        "duration_s": round(encoder.seconds, 3),
        "sentences": timeline.sentences(),
        "characters": timeline.characters(),
        "audio": b64encode(b"".join(pieces)).decode(),
    }
    if asked.subtitle_format:
        answer["subtitles"] = WRITERS[asked.subtitle_format](timeline.cues())
    return pieces_of(json.dumps(answer, ensure_ascii=False).encode())


def _estimated_bytes(asked: Asked) -> int:
    return round(estimated_bytes(asked) * BASE64) + len(asked.speech.text) * TIMES_BYTES
