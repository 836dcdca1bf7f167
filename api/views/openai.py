"""OpenAI's addresses for speech, as its clients use them today, and what its peers have added to them.

https://platform.openai.com/docs/api-reference/audio/createSpeech; the batch is in vLLM-Omni's form.
"""

import asyncio
import json
from base64 import b64encode
from dataclasses import dataclass
from functools import partial

from quart import Blueprint, Response, jsonify, request

from api import errors, problems
from api import exchange as exchanges
from api.answers import BatchAnswer, BatchResult, Model, ModelsAnswer
from api.auth.principal import Principal
from api.problems import Refusal, render
from api.synthesis.voices import Voices
from api.views.parsing import Asked, parse_batch, parse_openai, parsed
from api.views.streaming import Streamer
from api.views.tts import encode, estimated_bytes
from api.wiring import Services

MODELS = ("haoshuo", "tts-1", "tts-1-hd", "gpt-4o-mini-tts")
"""There is one engine, whatever a client calls it; clients that ask know OpenAI's names."""

CREATED = 1_764_000_000
"""When the models came to be, as OpenAI's list says of each: a Unix time."""


@dataclass(frozen=True)
class OpenAIView:
    services: Services
    streamer: Streamer
    voices: Voices

    async def speech(self) -> Response:
        return await self.streamer.answer(partial(parse_openai, voices=self.voices))

    async def batch(self) -> Response:
        """Every item is a call of its own, with its own charge, and may fail alone."""
        exchange = exchanges.current()
        principal = await self._principal()
        batch, labels = await parsed(request, partial(parse_batch, voices=self.voices)), self.services.labels
        own = await self.services.glossaries.spoken(principal.account.name)
        items = [asked.labelled(labels, f"{exchange.id}-{number}").glossed(own) for number, asked in enumerate(batch)]
        held = exchange.exits.enter_context(self.services.memory.hold(sum(map(estimated_bytes, items))))
        async with asyncio.TaskGroup() as tasks:  # so that a bug in one leaves none of the others running
            calls = [tasks.create_task(self._item(principal, number, asked)) for number, asked in enumerate(items)]
        results = [call.result() for call in calls]
        failed = sum(result["status"] == "error" for result in results)
        answer: BatchAnswer = {
            "id": exchange.id,
            "results": results,
            "total": len(results),
            "succeeded": len(results) - failed,
            "failed": failed,
        }
        body = await asyncio.to_thread(json.dumps, answer)
        held.resize(len(body))
        return Response(body, content_type="application/json")

    async def _item(self, principal: Principal, number: int, asked: Asked) -> BatchResult:
        exchange, language, services = exchanges.current(), errors.caller_language(), self.services
        trail, call_id = services.trails.begin(exchange), f"{exchange.id}-{number}"
        trail.principal, trail.speech = principal, asked.speech
        trail.produce_id = call_id if asked.encoding.label else None
        try:
            async with services.desk.call(principal, asked.speech, call_id, exchange.waited_s) as call:
                _, pieces = await encode(call, asked.encoding, trail, services.metrics)
        except Refusal as refusal:
            trail.code = refusal.problem.code
            told = render(refusal, language, exchange.id)
            return {"index": number, "status": "error", "error": errors.as_openai(told, refusal)["error"]}
        media_type, data = asked.encoding.format.media_type, b64encode(b"".join(pieces)).decode()
        result: BatchResult = {"index": number, "status": "success", "media_type": media_type, "audio_data": data}
        if asked.speech.seed is not None:
            result["seed"] = asked.speech.seed
        return result

    async def models(self) -> Response:
        await self._principal()
        answer: ModelsAnswer = {"object": "list", "data": [_model(name) for name in MODELS]}
        return jsonify(answer)

    async def model(self, name: str) -> Response:
        await self._principal()
        if name not in MODELS:
            raise Refusal(problems.UNKNOWN_MODEL, field="model")
        return jsonify(_model(name))

    async def _principal(self) -> Principal:
        return await self.services.authenticator.authenticate(request.headers.get("Authorization"))


def blueprint(view: OpenAIView) -> Blueprint:
    routes = Blueprint("openai", __name__, url_prefix="/v1")
    routes.post("/audio/speech")(view.speech)
    routes.post("/audio/speech/batch")(view.batch)
    routes.get("/models")(view.models)
    routes.get("/models/<name>")(view.model)
    return routes


def _model(name: str) -> Model:
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "haoshuo"}
