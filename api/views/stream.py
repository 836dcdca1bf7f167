"""`POST /v1/tts/stream`: a text → its speech, sent while it is made."""

from functools import partial

from quart import Blueprint, Response

from api.synthesis.voices import Voices
from api.views.parsing import parse_stream
from api.views.streaming import Streamer


def blueprint(streamer: Streamer, voices: Voices, max_characters: int) -> Blueprint:
    routes, parse = Blueprint("stream", __name__), partial(parse_stream, voices=voices, max_characters=max_characters)

    @routes.post("/v1/tts/stream")
    async def stream() -> Response:
        return await streamer.answer(parse)

    return routes
