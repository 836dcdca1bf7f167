"""`POST /login`: a login code → a token."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field
from quart import Blueprint, Response, jsonify, request

from api import exchange as exchanges
from api import problems
from api.answers import LoginAnswer
from api.audit import Audit
from api.auth.identity import Identity
from api.auth.principal import Principal, Principals
from api.auth.tokens import Tokens
from api.body import StrictModel, read_json, validate
from api.exchange import Exchange
from api.metrics import Metrics

BLAME = {"code": problems.INVALID_CODE, "code:missing": problems.CODE_MISSING}


class Login(StrictModel):
    code: Annotated[str, Field(pattern=r"^[!-~]{1,256}$", examples=["0a3bXy1w3kLm9Q2nFf4w3aBcDe1bXy1A"])]
    """`wx.login` 给的 code，只能用一次。The code of `wx.login`, which works once."""


@dataclass
class LoginTrail:
    """Counted and written down when the answer has been sent, whatever it was."""

    exchange: Exchange
    audit: Audit
    metrics: Metrics
    principal: Principal | None = None

    def finish(self) -> None:
        status, code = self.exchange.outcome
        self.metrics.logins.labels(code).inc()
        self.audit.record(
            {
                "log": "audit",
                "action": "login",
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "request_id": self.exchange.id,
                "user": self.principal.hash if self.principal else None,
                "elapsed_ms": round(self.exchange.elapsed_s * 1000),
                "status": status,
                "code": code,
            }
        )


def blueprint(identity: Identity, tokens: Tokens, principals: Principals, audit: Audit, metrics: Metrics) -> Blueprint:
    routes = Blueprint("auth", __name__)

    @routes.post("/login")
    @routes.post("/v1/login")
    async def login() -> Response:
        exchange = exchanges.current()
        trail = LoginTrail(exchange, audit, metrics)
        exchange.exits.callback(trail.finish)
        code = validate(Login, await read_json(request), BLAME).code
        openid = await identity.openid(code)
        trail.principal = principals.named(openid)
        answer: LoginAnswer = {"token": tokens.issue(openid), "expires_in": tokens.ttl_s, "token_type": "Bearer"}
        return jsonify(answer)

    return routes
