"""`POST /login`: a login code → a token."""

from typing import Annotated

import structlog
from pydantic import StringConstraints
from quart import Blueprint, Response, jsonify, request

from api import problems
from api.auth.identity import Identity
from api.auth.tokens import Tokens
from api.auth.users import Users
from api.body import StrictModel, read_json, validate

log = structlog.get_logger()

BLAME = {"code": problems.INVALID_CODE, "code:missing": problems.CODE_MISSING}


class Login(StrictModel):
    code: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,256}\z")]


def blueprint(identity: Identity, tokens: Tokens, users: Users) -> Blueprint:
    routes = Blueprint("auth", __name__)

    @routes.post("/login")
    @routes.post("/v1/login")
    async def login() -> Response:
        code = validate(Login, await read_json(request), BLAME).code
        openid = await identity.openid(code)
        log.info("login", user=users.named(openid).hash)
        return jsonify(token=tokens.issue(openid), expires_in=tokens.ttl_s, token_type="Bearer")  # noqa: S106

    return routes
