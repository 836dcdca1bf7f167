"""Login through a WeChat that speaks real HTTP: every code of its has an answer, and no code is sent twice."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from api.auth.codes import LIFETIME_S, Codes
from api.auth.identity import DevIdentity
from api.auth.wechat import WeChat
from api.problems import Refusal
from api.redis_client import connect
from tests.fakes.wechat import APPID, SECRET, FakeWeChat

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def server() -> Iterator[FakeWeChat]:
    with FakeWeChat() as server:
        yield server


@asynccontextmanager
async def connected(url: str, appid: str = APPID, secret: str = SECRET) -> AsyncIterator[WeChat]:
    redis = connect(NOWHERE, 0.1)
    wechat = WeChat(url, appid, secret, 0.3, Codes(redis))
    yield wechat
    await wechat.close()
    await redis.aclose()


@pytest.fixture
async def wechat(server: FakeWeChat) -> AsyncIterator[WeChat]:
    async with connected(server.url) as wechat:
        yield wechat


async def refusal(wechat: WeChat, code: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await wechat.openid(code)
    return caught.value


async def test_success(wechat: WeChat) -> None:
    """A code becomes the openid of its user, though WeChat calls its JSON text/plain."""
    assert "openid_lily" == await wechat.openid("lily")
    assert "openid_lily" == await wechat.openid("lily.2")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("err--1", (503, "wechat_busy", "5")),
        ("err-40029", (400, "invalid_code", None)),
        ("err-40163", (400, "code_used", None)),
        ("err-40226", (403, "login_blocked", None)),
        ("err-45011", (429, "login_too_frequent", "60")),
        ("err-40013", (502, "wechat_misconfigured", None)),
        ("err-40125", (502, "wechat_misconfigured", None)),
        ("err-12345", (502, "wechat_failed", None)),
        ("slow-5", (504, "wechat_timeout", None)),
        ("http-500", (502, "wechat_failed", None)),
        ("http-302", (502, "wechat_failed", None)),
        ("broken", (502, "wechat_failed", None)),
        ("no-openid", (502, "wechat_failed", None)),
        ("drop", (502, "wechat_failed", None)),
    ],
)
async def test_refusals(wechat: WeChat, server: FakeWeChat, code: str, expected: tuple[int, str, str | None]) -> None:
    """Each way WeChat refuses or fails has its own answer, and the code was sent once."""
    error = await refusal(wechat, code)
    assert expected == (error.problem.status, error.problem.code, error.headers.get("Retry-After"))
    assert 1 == server.seen[code]


async def test_a_code_is_never_sent_twice(wechat: WeChat, server: FakeWeChat) -> None:
    """A double tap asks WeChat once; the other tap is told that the code was used."""
    answers = await asyncio.gather(*(wechat.openid("lily") for _ in range(10)), return_exceptions=True)
    assert 1 == answers.count("openid_lily")
    assert 9 == sum(isinstance(answer, Refusal) and answer.problem.code == "code_used" for answer in answers)
    assert 1 == server.seen["lily"]


async def test_not_even_when_the_connection_breaks(wechat: WeChat, server: FakeWeChat) -> None:
    """A connection kept alive from an earlier login and broken now does not make the client repeat itself."""
    await wechat.openid("lily")
    await refusal(wechat, "drop-2")
    assert 1 == server.seen["drop-2"]


async def test_nobody_there() -> None:
    """A WeChat that cannot be reached is a 502."""
    async with connected("http://127.0.0.1:1") as wechat:
        assert "wechat_failed" == (await refusal(wechat, "lily")).problem.code


@pytest.mark.parametrize("credentials", [{"appid": "wx-other"}, {"secret": "other"}])
async def test_misconfiguration_is_an_error_for_the_operator(server: FakeWeChat, credentials: dict[str, str]) -> None:
    """A wrong AppID or secret is logged as an error."""
    async with connected(server.url, **credentials) as wechat:
        with capture_logs() as lines:
            await refusal(wechat, "lily")
    assert "error" in [line["log_level"] for line in lines if line["event"] == "wechat_refused"]


@pytest.mark.parametrize("code", ["lily", "drop", "broken", "slow-5", "http-302", "err-1"])
async def test_nothing_secret_is_logged(wechat: WeChat, code: str) -> None:
    """Neither the secret nor the code nor an openid gets into the log, in whatever way a login fails."""
    with capture_logs() as lines:
        await asyncio.gather(wechat.openid(f"{code}"), return_exceptions=True)
    for word in (SECRET, "openid_lily", "js_code", "sns"):
        assert word not in str(lines)


async def test_claims_expire() -> None:
    """Memory holds a code as long as WeChat does, and no longer."""
    now = 0.0
    redis = connect(NOWHERE, 0.1)
    codes = Codes(redis, lambda: now)
    assert [True, False] == [await codes.claim("a"), await codes.claim("a")]
    now = LIFETIME_S
    assert await codes.claim("b")
    assert 1 == len(codes._expiries)
    await redis.aclose()


async def test_development_codes(wechat: WeChat, server: FakeWeChat) -> None:
    """`dev:` codes log in without WeChat, as often as one likes; other codes go to WeChat."""
    identity = DevIdentity(wechat)
    assert ["dev:lily", "dev:lily"] == [await identity.openid("dev:lily") for _ in range(2)]
    assert "openid_lily" == await identity.openid("lily")
    assert {"lily": 1} == server.seen


@pytest.mark.parametrize("code", ["dev:", "dev:a b", "dev:" + "a" * 33, "dev:李", "lily"])
async def test_development_refusals(code: str) -> None:
    """Without WeChat, a code that names no developer is a wrong code."""
    with pytest.raises(Refusal, match="invalid_code"):
        await DevIdentity(None).openid(code)


async def test_production_knows_no_development_codes(wechat: WeChat, server: FakeWeChat) -> None:
    """In production a `dev:` code is a code like any other: WeChat decides."""
    assert "invalid_code" == (await refusal(wechat, "dev:lily")).problem.code
    assert 1 == server.seen["dev:lily"]
