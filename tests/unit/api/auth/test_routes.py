"""`POST /login` over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client
from structlog.testing import capture_logs

from api.app import create_app
from api.settings import Settings
from tests.fakes.engine import FakeEngine
from tests.fakes.wechat import APPID, SECRET, FakeWeChat


@pytest.mark.parametrize("path", ["/login", "/v1/login"])
async def test_login(client: Client, path: str) -> None:
    """A good code gets a token that says how long it lasts, and is not to be cached."""
    response = await client.post(path, json={"code": "dev:lily"})
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
        ("invalid_code", {"code": "\ud800"}),
        ("invalid_code", {"code": "unknown"}),
        ("unknown_field", {"code": "dev:lily", "openid": "x"}),
    ],
)
async def test_refusals(client: Client, problem: str, body: Any) -> None:
    """A body that is wrong is a 400 with its code."""
    response = await client.post("/login", json=body)
    assert (400, problem) == (response.status_code, (await response.get_json())["code"])


async def test_production(make_settings: Callable[..., Settings]) -> None:
    """In production codes go to WeChat, and neither code, openid, token nor session_key is logged or answered."""
    with FakeWeChat() as wechat:
        settings = make_settings(
            env="prod", wechat_url=wechat.url, wechat_appid=APPID, wechat_secret=SECRET, wechat_timeout_s=1
        )
        app = create_app(settings, FakeEngine())
        async with app.test_app() as running:
            with capture_logs() as lines:
                response = await running.test_client().post("/login", json={"code": "lily"})
                dev = await running.test_client().post("/login", json={"code": "err-40029"})
        answer = await response.get_json()
    assert 200 == response.status_code
    assert "invalid_code" == (await dev.get_json())["code"]
    assert "session_key" not in answer
    assert [32] == [len(line["user"]) for line in lines if line["event"] == "login"]
    for word in ("openid_lily", answer["token"], SECRET, "session"):
        assert word not in str(lines)
