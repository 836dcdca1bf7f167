"""`GET /v1/limits`: what is left of the caller's limits. Asking is free."""

from quart import Blueprint, Response, jsonify, request

from api.answers import LimitAnswer, LimitsAnswer
from api.auth.authenticator import Authenticator
from api.limits.limiter import Usage, headers
from api.synthesis.calls import Desk


def blueprint(authenticator: Authenticator, desk: Desk, max_characters: int) -> Blueprint:
    routes = Blueprint("limits", __name__)

    @routes.get("/v1/limits")
    async def limits() -> Response:
        principal = await authenticator.authenticate(request.headers.get("Authorization"))
        usages = await desk.limiter.usages(principal.account)
        answer: LimitsAnswer = {
            "limits": list(map(_told, usages)),
            "in_progress": principal.plan.in_progress,
            "text_characters": max_characters,
            "whole_text_characters": desk.longest_whole_text(max_characters),
        }
        response = jsonify(answer)
        response.headers.update(headers(usages, None))
        return response

    return routes


def _told(usage: Usage) -> LimitAnswer:
    return {
        "name": usage.limit.name,
        "limit": usage.limit.amount,
        "window_s": usage.limit.window_s,
        "remaining": usage.remaining,
        "reset_s": round(usage.reset_s, 3),
    }
