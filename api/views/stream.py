"""`POST /v1/tts/stream`: a text → its speech, sent while it is made."""

from dataclasses import dataclass

from quart import Blueprint, Response, request

from api import exchange as exchanges
from api.auth.authenticator import Authenticator
from api.body import read_json
from api.synthesis.trail import Trails
from api.synthesis.voices import Voices
from api.views.bodies import parse_stream
from api.views.streaming import Streamer


@dataclass(frozen=True)
class StreamView:
    authenticator: Authenticator
    trails: Trails
    streamer: Streamer
    voices: Voices
    max_characters: int

    async def stream(self) -> Response:
        trail = self.trails.begin(exchanges.current())
        principal = trail.principal = await self.authenticator.authenticate(request.headers.get("Authorization"))
        asked = parse_stream(await read_json(request), self.voices, self.max_characters)
        return await self.streamer.answer(asked, principal, trail)


def blueprint(view: StreamView) -> Blueprint:
    routes = Blueprint("stream", __name__)

    @routes.post("/v1/tts/stream")
    async def stream() -> Response:
        return await view.stream()

    return routes
