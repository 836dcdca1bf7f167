"""The voices, for everybody, as lists to choose from: ours, and Open WebUI's, which asks without a key."""

from quart import Blueprint, Response, jsonify

from api.answers import OpenAIVoicesAnswer, VoiceAnswer, VoicesAnswer
from api.engine.voices import Voice
from api.synthesis.voices import Voices


def blueprint(voices: Voices) -> Blueprint:
    routes = Blueprint("voices", __name__)

    @routes.get("/v1/voices")
    async def ours() -> Response:
        answer: VoicesAnswer = {
            "default": voices.spoken_by_default,
            "voices": [_told(name, voice) for name, voice in _own(voices).items()],
            "aliases": dict(voices.others),
        }
        return jsonify(answer)

    @routes.get("/v1/audio/voices")
    async def openai() -> Response:
        own, others = _own(voices), voices.others
        known = own | {name: own.get(voice) for name, voice in others.items()}
        answer: OpenAIVoicesAnswer = {
            "voices": [_told(name, voice, name if name in others else None) for name, voice in known.items()]
        }
        return jsonify(answer)

    return routes


def _own(voices: Voices) -> dict[str, Voice | None]:
    """The engine's, by their names; where it lists none those that the configuration names."""
    return {**voices.own} if voices.own is not None else dict.fromkeys(voices.others.values())


def _told(name: str, voice: Voice | None, shown: str | None = None) -> VoiceAnswer:
    return {
        "id": name,
        "name": shown or (voice.name if voice else name),
        "language": voice.language if voice else None,
        "gender": voice.gender if voice else None,
        "preview": voice.preview if voice else None,
    }
