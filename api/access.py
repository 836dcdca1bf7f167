"""One log line and one count for every request, also those whose client went away."""

import time

import structlog
from quart import Quart, Response, g, request

from api import problems
from api.metrics import Metrics

log = structlog.get_logger()

QUIET = {"/healthz", "/readyz", "/metrics"}


def register(app: Quart, metrics: Metrics) -> None:
    async def begin() -> None:
        g.began = time.perf_counter()

    async def remember(response: Response) -> Response:
        g.status = response.status_code
        return response

    async def finish(_error: BaseException | None) -> None:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        gone = problems.CLIENT_GONE
        status, code = g.get("status", gone.status), g.get("code", "ok" if "status" in g else gone.code)
        metrics.requests.labels(route, status, code).inc()
        elapsed_ms = round((time.perf_counter() - g.began) * 1000)
        report = log.debug if route in QUIET else log.info
        report("request", method=request.method, route=route, status=status, code=code, elapsed_ms=elapsed_ms)

    app.before_request(begin)
    app.after_request(remember)
    app.teardown_request(finish)
