"""`POST /login` over HTTP."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from quart import Quart
from quart.typing import TestClientProtocol as Client
from structlog.testing import capture_logs

from api import errors
from api.audit import Audit
from api.auth import routes
from api.auth.identity import DevIdentity
from api.auth.principal import Principals
from api.auth.tokens import Tokens
from api.auth.wechat import WeChat
from api.metrics import Metrics
from api.middleware import ExchangeMiddleware
from tests.fakes.codes import MemoryCodes
from tests.fakes.wechat import APPID, SECRET, FakeWeChat
from tests.limiter_contract import PLAN

PRINCIPALS = Principals("h" * 32, PLAN)


class Service:
    """The login alone, in development mode with a WeChat behind it, and what it wrote down."""

    def __init__(self, wechat: WeChat, folder: Path) -> None:
        self.metrics = Metrics()
        self._path = folder / "audit.jsonl"
        self._audit = Audit(str(self._path), 190)
        app = Quart("login")
        app.asgi_app = ExchangeMiddleware(app.asgi_app, self.metrics, 50)  # type: ignore[method-assign]
        errors.register(app)
        tokens = Tokens(["k" * 32], 3600, "haoshuo-dev")
        app.register_blueprint(routes.blueprint(DevIdentity(wechat), tokens, PRINCIPALS, self._audit, self.metrics))
        self.client: Client = app.test_client()

    def audited(self) -> list[dict[str, Any]]:
        self._audit.close(10)
        return [json.loads(line) for line in self._path.read_text("utf-8").splitlines()]


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    with FakeWeChat() as server:
        async with WeChat(server.url, APPID, SECRET, 1, MemoryCodes(), at_once=8) as wechat:
            yield Service(wechat, tmp_path)


@pytest.mark.parametrize("path", ["/login", "/v1/login"])
async def test_login(service: Service, path: str) -> None:
    """A good code gets a token that says how long it lasts, and is not to be cached."""
    response = await service.client.post(path, json={"code": "dev:lily"})
    answer = await response.get_json()
    assert {"token", "expires_in", "token_type"} == set(answer)
    assert (200, 3600, "Bearer") == (response.status_code, answer["expires_in"], answer["token_type"])
    assert "no-store" == response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("problem", "body"),
    [
        ("code_missing", {}),
        ("invalid_code", {"code": None}),
        ("invalid_code", {"code": ""}),
        ("invalid_code", {"code": 1}),
        ("invalid_code", {"code": "a b"}),
        ("invalid_code", {"code": "a\n"}),
        ("invalid_code", {"code": "a" * 257}),
        ("invalid_json", {"code": "\ud800"}),
        ("invalid_json", {"\ud800": 1}),
        ("invalid_code", {"code": "err-40029"}),
        ("unknown_field", {"code": "dev:lily", "openid": "x"}),
    ],
)
async def test_refusals(service: Service, problem: str, body: Any) -> None:
    """A body that is wrong is a 400 with its code."""
    response = await service.client.post("/login", json=body)
    assert (400, problem) == (response.status_code, (await response.get_json())["code"])


async def test_what_is_written_down(service: Service) -> None:
    """Each login is one audit line and is counted by its outcome; one that failed has no user."""
    headers = {"X-Request-Id": "audited-0001"}
    for code in ("lily", "lily", "err--1"):
        await service.client.post("/login", json={"code": code}, headers=headers)
    lines = service.audited()
    assert [(200, "ok"), (400, "code_used"), (503, "wechat_busy")] == [(line["status"], line["code"]) for line in lines]
    assert [PRINCIPALS.named("openid_lily").hash, None, None] == [line["user"] for line in lines]
    assert {("audit", "login", "audited-0001")} == {(line["log"], line["action"], line["request_id"]) for line in lines}
    assert b'haoshuo_logins_total{outcome="wechat_busy"} 1.0' in service.metrics.render()


async def test_nothing_secret_is_written_down(service: Service) -> None:
    """Neither code, openid, token nor session_key is logged, audited or, but for the token, answered."""
    with capture_logs() as lines:
        response = await service.client.post("/login", json={"code": "lily"})
    answer = await response.get_json()
    assert {"token", "expires_in", "token_type"} == set(answer)
    for word in ("lily", answer["token"], SECRET, "session_key"):
        assert word not in f"{lines} {service.audited()}"
