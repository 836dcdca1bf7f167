"""`POST /v1/inspect`: a text → what will be read and how, without its sound."""

import json
from functools import partial

from quart import Blueprint, Response, request

from api import exchange as exchanges
from api.answers import InspectAnswer, SegmentAnswer
from api.engine.engine import Reading
from api.synthesis.inspection import Inspection, Inspector
from api.synthesis.request import SpeechRequest
from api.synthesis.segments import Segment
from api.synthesis.voices import Voices
from api.views.parsing import parse_inspect, parsed, told_of_glossary
from api.wiring import Services


def blueprint(services: Services, voices: Voices, max_characters: int) -> Blueprint:
    routes = Blueprint("inspect", __name__)
    inspector = Inspector(services.desk)
    parse = partial(parse_inspect, voices=voices, max_characters=max_characters)

    @routes.post("/v1/inspect")
    async def inspect() -> Response:
        principal = await services.authenticator.authenticate(request.headers.get("Authorization"))
        asked = await parsed(request, parse)
        own = await services.glossaries.spoken(principal.account.name)
        asked = asked.glossed(own or {})
        inspection = await inspector.inspect(principal, asked, exchanges.current().id)
        body = json.dumps(_fields(asked, inspection), ensure_ascii=False)
        return Response(body, content_type="application/json", headers=inspection.headers | told_of_glossary(own))

    return routes


def _fields(asked: SpeechRequest, inspection: Inspection) -> InspectAnswer:
    segments = [_told(segment, reading) for segment, reading in inspection.read]
    return {"text": asked.text, "normalized": _normalized(asked.text, inspection), "segments": segments}


def _told(segment: Segment, reading: Reading) -> SegmentAnswer:
    return {
        "text": segment.original,
        "start": segment.start,
        "end": segment.end,
        "pause_s": segment.pause_s,
        "syllables": [
            {"text": syllable.text, "pinyin": syllable.pinyin, "spoken": syllable.spoken}
            for syllable in reading.syllables
        ],
    }


def _normalized(text: str, inspection: Inspection) -> str:
    """Of the whole text; where white space parts two segments it parts what became of them, too."""
    normalized, end = "", 0
    for segment, reading in inspection.read:
        apart = " " if normalized and text[end : segment.start].isspace() else ""
        normalized, end = f"{normalized}{apart}{reading.normalized}", segment.end
    return normalized
