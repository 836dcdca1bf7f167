"""`GET /v1/limits`: what is left of the caller's limits. Asking is free."""

from quart import Blueprint, Response, jsonify, request

from api.answers import LimitAnswer, LimitsAnswer
from api.auth.authenticator import Authenticator
from api.limits.limiter import Limiter, Usage, headers


def blueprint(authenticator: Authenticator, limiter: Limiter) -> Blueprint:
    routes = Blueprint("limits", __name__)

    @routes.get("/v1/limits")
    async def limits() -> Response:
        principal = await authenticator.authenticate(request.headers.get("Authorization"))
        usages = await limiter.usages(principal.account)
        answer: LimitsAnswer = {"limits": list(map(_told, usages)), "in_progress": principal.plan.in_progress}
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
