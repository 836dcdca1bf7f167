"""Login through a WeChat that speaks real HTTP: every code of its has an answer, and no code is sent twice."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from structlog.testing import capture_logs

from api.auth.identity import DevIdentity
from api.auth.wechat import WeChat
from api.problems import Refusal
from tests.fakes.codes import MemoryCodes
from tests.fakes.wechat import APPID, SECRET, FakeWeChat

TIMEOUT_S = 0.5


@pytest.fixture
def server() -> Iterator[FakeWeChat]:
    with FakeWeChat() as server:
        yield server


def connected(url: str, *, appid: str = APPID, secret: str = SECRET, at_once: int = 32) -> WeChat:
    return WeChat(url, appid, secret, TIMEOUT_S, MemoryCodes(), at_once=at_once)


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
        ("err--1", (503, "wechat_busy", range(5, 9))),
        ("err-40029", (400, "invalid_code", None)),
        ("err-40163", (400, "code_used", None)),
        ("err-40226", (403, "login_blocked", None)),
        ("err-45011", (429, "login_too_frequent", range(60, 64))),
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
async def test_refusals(wechat: WeChat, server: FakeWeChat, code: str, expected: tuple[int, str, range | None]) -> None:
    """Each way WeChat refuses or fails has its own answer, and the code was sent once."""
    error = await refusal(wechat, code)
    status, problem, waits = expected
    assert (status, problem) == (error.problem.status, error.problem.code)
    assert int(error.headers["Retry-After"]) in waits if waits else "Retry-After" not in error.headers
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


@pytest.mark.parametrize(("appid", "secret"), [("wx-other", SECRET), (APPID, "other")])
async def test_misconfiguration_is_an_error_for_the_operator(server: FakeWeChat, appid: str, secret: str) -> None:
    """A wrong AppID or secret is logged as an error."""
    async with connected(server.url, appid=appid, secret=secret) as wechat:
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


@pytest.mark.parametrize("code", ["err--1", "err-45011"])
async def test_a_code_that_wechat_did_not_take(wechat: WeChat, server: FakeWeChat, code: str) -> None:
    """After "busy" and "too frequent" the same code may be posted again, as Retry-After promises."""
    await refusal(wechat, code)
    await refusal(wechat, code)
    assert 2 == server.seen[code]


@pytest.mark.parametrize("code", ["slow-5", "drop", "http-500", "err-40029"])
async def test_a_code_that_wechat_may_have_taken(wechat: WeChat, server: FakeWeChat, code: str) -> None:
    """After any other failure it is not sent again: the client has to log in anew."""
    await refusal(wechat, code)
    assert "code_used" == (await refusal(wechat, code)).problem.code
    assert 1 == server.seen[code]


@pytest.mark.parametrize(
    "codes", [["err--1"] * 3, ["http-500", "http-502", "http-503"], ["drop-1", "drop-2", "drop-3"]]
)
async def test_a_failing_wechat_is_left_alone(wechat: WeChat, server: FakeWeChat, codes: list[str]) -> None:
    """After three failures in a row nothing is sent; who is refused meanwhile keeps a code that is good."""
    for code in codes:
        await refusal(wechat, code)
    error = await refusal(wechat, "lily")
    assert ("wechat_busy", True) == (error.problem.code, 5 <= int(error.headers["Retry-After"]) <= 8)
    assert 0 == server.seen["lily"]
    wechat._breaker._until = 0  # the pause is over
    assert "openid_lily" == await wechat.openid("lily")


async def test_too_many_logins_pause_all(wechat: WeChat, server: FakeWeChat) -> None:
    """When WeChat says "too frequent" again and again, everybody waits for the minute it asks for."""
    for _ in range(3):
        await refusal(wechat, "err-45011")
    assert 60 <= int((await refusal(wechat, "lily")).headers["Retry-After"]) <= 63
    assert 0 == server.seen["lily"]


async def test_so_many_at_once(server: FakeWeChat) -> None:
    """WeChat never has more codes than allowed; the others wait for their turn."""
    async with connected(server.url, at_once=2) as wechat:
        codes = [f"slow-0.01{number}" for number in range(10)]
        assert ["openid_slow"] * 10 == await asyncio.gather(*map(wechat.openid, codes))
    assert 2 == server.most_at_once


async def test_no_room_in_time(server: FakeWeChat) -> None:
    """Who finds no room for as long as a login may take is told that WeChat is busy, and keeps a good code."""
    async with connected(server.url, at_once=1) as wechat:
        await wechat._slots.acquire()
        assert "wechat_busy" == (await refusal(wechat, "lily")).problem.code
        wechat._slots.release()
        assert "openid_lily" == await wechat.openid("lily")


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
