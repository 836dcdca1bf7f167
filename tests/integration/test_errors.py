"""Every refusal through the real edge: status, stable code, Chinese sentence, and the request id of its headers."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import aiohttp
import jwt
import pytest

from compose.local.stack import Stack
from tests.fakes.wechat import FakeWeChat

Login = Callable[..., Awaitable[dict[str, str]]]


async def _refusal(edge: aiohttp.ClientSession, path: str, **request: Any) -> tuple[int, str, str]:
    method = request.pop("method", "POST")
    async with edge.request(method, path, **request) as response:
        body = await response.json()
    assert {"error", "code", "request_id"} == set(body)
    assert response.headers["X-Request-Id"] == body["request_id"]
    return response.status, body["code"], body["error"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "text_missing"),
        ({"text": ""}, "text_empty"),
        ({"text": " \n "}, "text_empty"),
        ({"text": "好" * 1001}, "text_too_long"),
        ({"text": 1}, "invalid_text"),
        ({"text": None}, "invalid_text"),
        ({"text": "好", "emotion": "hungry"}, "invalid_emotion"),
        ({"text": "好", "emotion": [1, 0]}, "invalid_emotion"),
        ({"text": "好", "emotion": [2, 0, 0, 0, 0, 0, 0, 0]}, "invalid_emotion"),
        ({"text": "好", "speed": 0.4}, "invalid_speed"),
        ({"text": "好", "speed": "1.0"}, "invalid_speed"),
        ({"text": "好", "speed": True}, "invalid_speed"),
        ({"text": "好", "loudness": 1}, "unknown_field"),
        ([], "invalid_json"),
        ("好", "invalid_json"),
    ],
)
async def test_bad_bodies_are_400(edge: aiohttp.ClientSession, login: Login, body: object, code: str) -> None:
    """What is wrong with a body is told by a stable code."""
    assert (400, code) == (await _refusal(edge, "/tts", json=body, headers=await login()))[:2]


@pytest.mark.parametrize(
    ("data", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "invalid_json"),
        (b'{"text": NaN}', "application/json", 400, "invalid_json"),
        (b'{"text": "\xff"}', "application/json", 400, "invalid_encoding"),
        ('{"text": "好"}'.encode("gbk"), "application/json; charset=gbk", 415, "unsupported_media_type"),
        (b'{"text": "a"}', "text/plain", 415, "unsupported_media_type"),
        (b"text=a", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"x" * 103_000, "application/json", 413, "payload_too_large"),
    ],
)
async def test_bad_bytes(
    edge: aiohttp.ClientSession, login: Login, data: bytes, content_type: str, status: int, code: str
) -> None:
    """What is not JSON in UTF-8, or is too large, is refused."""
    headers = {**await login(), "Content-Type": content_type}
    assert (status, code) == (await _refusal(edge, "/tts", data=data, headers=headers))[:2]


@pytest.mark.parametrize(
    ("authorization", "code", "sentence"),
    [
        (None, "token_missing", "缺少Token"),
        ("Basic YTpi", "token_missing", "缺少Token"),
        ("Bearer ", "token_missing", "缺少Token"),
        ("Bearer nonsense", "token_invalid", "无效Token"),
    ],
)
async def test_without_a_good_token(
    edge: aiohttp.ClientSession, authorization: str | None, code: str, sentence: str
) -> None:
    """A missing or invalid token is a 401 in the article's words."""
    headers = {"Authorization": authorization} if authorization else {}
    assert (401, code, sentence) == await _refusal(edge, "/tts", json={"text": "好"}, headers=headers)


def _sign(stack: Stack, algorithm: str = "HS256", **changes: Any) -> str:
    key = (stack.state / "secrets" / "haoshuo_jwt_keys").read_text()
    now = int(time.time())
    claims = {"sub": "o", "iat": now, "exp": now + 60, "jti": "j", "iss": "haoshuo", "aud": "haoshuo-prod"} | changes
    return jwt.encode(
        {name: value for name, value in claims.items() if value is not None},
        key if algorithm != "none" else "",
        algorithm=algorithm,
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iat": 1, "exp": 2}, "token_expired"),
        ({"aud": "someone-else"}, "token_invalid"),
        ({"aud": "haoshuo-dev"}, "token_invalid"),
        ({"iss": "someone-else"}, "token_invalid"),
        ({"exp": None}, "token_invalid"),
        ({"sub": None}, "token_invalid"),
        ({"algorithm": "none"}, "token_invalid"),
        ({"algorithm": "HS512"}, "token_invalid"),
    ],
)
async def test_tokens_that_are_not_ours(
    edge: aiohttp.ClientSession, stack: Stack, changes: dict[str, Any], code: str
) -> None:
    """Even with our key: an expired token, another audience, issuer or algorithm, a missing claim are refused."""
    headers = {"Authorization": f"Bearer {_sign(stack, **changes)}"}
    assert (401, code) == (await _refusal(edge, "/tts", json={"text": "好"}, headers=headers))[:2]


async def test_a_token_like_ours_is_good(edge: aiohttp.ClientSession, stack: Stack) -> None:
    """The tokens of the test above are refused for what is wrong with them, not for being made here."""
    headers = {"Authorization": f"Bearer {_sign(stack)}"}
    async with edge.post("/tts", json={"text": "好"}, headers=headers) as response:
        assert 200 == response.status


@pytest.fixture
async def _no_failures_in_a_row(stack: Stack) -> AsyncIterator[None]:
    """After each failure of WeChat's a success in every process: three in a row would stop all logins for a while."""
    yield
    async with aiohttp.ClientSession() as session:
        for port in stack.settings.api_ports:
            async with session.post(f"http://127.0.0.1:{port}/login", json={"code": f"lily.{uuid4().hex}"}) as response:
                assert 200 == response.status, await response.text()


@pytest.mark.usefixtures("_no_failures_in_a_row")
@pytest.mark.parametrize(
    ("login_code", "status", "code"),
    [
        ("err-40029", 400, "invalid_code"),
        ("err-40163", 400, "code_used"),
        ("err-40226", 403, "login_blocked"),
        ("err-45011", 429, "login_too_frequent"),
        ("err--1", 503, "wechat_busy"),
        ("err-40013", 502, "wechat_misconfigured"),
        ("err-99999", 502, "wechat_failed"),
        ("broken", 502, "wechat_failed"),
        ("drop", 502, "wechat_failed"),
        ("slow-9", 504, "wechat_timeout"),
    ],
)
async def test_wechats_refusals(edge: aiohttp.ClientSession, login_code: str, status: int, code: str) -> None:
    """Each answer of WeChat's becomes a clear one of ours; what may be tried again says when."""
    async with edge.post("/login", json={"code": login_code}) as response:
        body = await response.json()
    assert (status, code) == (response.status, body["code"])
    assert ("Retry-After" in response.headers) == (status in {429, 503})


async def test_a_development_code_is_an_ordinary_wrong_code_in_production(
    edge: aiohttp.ClientSession, wechat: FakeWeChat
) -> None:
    """`dev:` opens nothing here: it goes to WeChat like any code."""
    assert (400, "invalid_code") == (await _refusal(edge, "/login", json={"code": "dev:root"}))[:2]
    assert 1 == wechat.seen["dev:root"]


@pytest.mark.parametrize(
    ("body", "code"), [({}, "code_missing"), ({"code": 1}, "invalid_code"), ({"code": ""}, "invalid_code")]
)
async def test_bad_logins(edge: aiohttp.ClientSession, body: object, code: str) -> None:
    """A login without a proper code is a 400."""
    assert (400, code) == (await _refusal(edge, "/login", json=body))[:2]


async def test_english_for_those_who_ask(edge: aiohttp.ClientSession) -> None:
    """Accept-Language: en turns the sentence, never the code."""
    headers = {"Accept-Language": "en-US,en;q=0.9"}
    assert (401, "token_missing", "The token is missing") == await _refusal(edge, "/tts", json={}, headers=headers)


async def test_wrong_methods_are_405(edge: aiohttp.ClientSession) -> None:
    """GET /tts says which method is right."""
    async with edge.get("/tts") as response:
        assert (405, "POST") == (response.status, response.headers["Allow"])
