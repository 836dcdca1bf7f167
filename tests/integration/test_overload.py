"""More is asked than can be made in time: through the real nginx, Redis and Triton, with eight seconds for a call."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import aiohttp
import pytest

from compose.local.stack import Stack
from tests.integration.conftest import make_settings, running
from tests.support.sessions import tls_session

USERS = 60
TEXT = "排队的人很多，这是第{}位说的第一句话。后面还有第二句话，要等上一会儿。第三句话说完，就轮到下一位了。" * 2


@dataclass(frozen=True)
class Answer:
    status: int
    code: str
    retry_after: str | None
    calls_left: str
    size: int


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(make_settings(tmp_path_factory), HAOSHUO_REQUEST_TIMEOUT_S="8") as stack:
        yield stack


@pytest.fixture
async def edge(stack: Stack) -> AsyncIterator[aiohttp.ClientSession]:
    async with tls_session(stack.settings.url, stack.ca, limit=0) as session:
        yield session


async def log_in(edge: aiohttp.ClientSession, name: str) -> dict[str, str]:
    async with edge.post("/login", json={"code": f"dev:{name}"}) as response:
        return {"Authorization": f"Bearer {(await response.json())['token']}"}


async def speak(edge: aiohttp.ClientSession, headers: dict[str, str], text: str) -> Answer:
    async with edge.post("/tts", json={"text": text}, headers=headers) as response:
        body = await response.read()
        code = "ok" if response.status == 200 else (await response.json())["code"]
        left = response.headers.get("RateLimit", "").partition(";")[2].partition(";")[0]
        return Answer(response.status, code, response.headers.get("Retry-After"), left, len(body))


async def test_a_call_is_refused_at_once_or_spoken(edge: aiohttp.ClientSession) -> None:
    """Every call ends in all of its audio or in a 503 that says when to come back; a refusal does not count."""
    users = [await log_in(edge, f"user{number}") for number in range(USERS)]
    order: list[str] = []

    async def call(number: int) -> Answer:
        answer = await speak(edge, users[number], TEXT.format(number, number))
        order.append(answer.code)
        return answer

    answers = await asyncio.gather(*map(call, range(USERS)))
    assert {"ok", "overloaded"} == {answer.code for answer in answers}
    assert all(
        (answer.status, 1 <= int(answer.retry_after or 0) <= 60) == (503, True)
        for answer in answers
        if answer.code != "ok"
    )
    assert all(answer.size > 500_000 for answer in answers if answer.code == "ok")
    assert "ok" == order[-1]  # nobody was refused after having waited for others to be served

    refused = next(number for number, answer in enumerate(answers) if answer.code == "overloaded")
    again = await speak(edge, users[refused], "轮到我了")
    assert ("ok", "r=9") == (again.code, again.calls_left)


async def test_one_who_floods_does_not_keep_others_out(edge: aiohttp.ClientSession) -> None:
    """While one user has as many calls in line as are let in, another's sentence is spoken before the last of them."""
    flood, lily = await log_in(edge, "flood"), await log_in(edge, "lily")
    order: list[str] = []

    async def call(name: str, headers: dict[str, str], text: str) -> Answer:
        answer = await speak(edge, headers, text)
        if answer.code == "ok":
            order.append(name)
        return answer

    calls = [asyncio.create_task(call("flood", flood, TEXT.format(n, n) * 2)) for n in range(5)]
    await asyncio.sleep(0.5)
    sentence = await call("lily", lily, "我只说一句话。")
    await asyncio.gather(*calls)
    assert "ok" == sentence.code
    assert order.index("lily") < len(order) - 1
