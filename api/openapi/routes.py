"""`GET /v1/openapi.json` and, for people, `GET /v1/docs`."""

import asyncio
from functools import cache

from quart import Blueprint, Response, json

from api.openapi.document import document
from api.openapi.operations import OPERATIONS
from api.openapi.page import POLICY, page


def blueprint(max_text_characters: int) -> Blueprint:
    routes = Blueprint("openapi", __name__)

    @routes.get("/v1/openapi.json")
    async def openapi() -> Response:
        machine, _ = await asyncio.to_thread(_made, max_text_characters)
        return Response(machine, content_type="application/json")

    @routes.get("/v1/docs")
    async def reference() -> Response:
        _, human = await asyncio.to_thread(_made, max_text_characters)
        return Response(human, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})

    return routes


@cache  # it takes a tenth of a second
def _made(max_text_characters: int) -> tuple[str, str]:
    made = document(OPERATIONS, {"max_text_characters": max_text_characters})
    return json.dumps(made, ensure_ascii=False), page(made, OPERATIONS)
