"""More is asked than can be made in time: through the real nginx, Redis and Triton, with fifteen seconds for a call."""

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
    with running(make_settings(tmp_path_factory), HAOSHUO_REQUEST_TIMEOUT_S="15") as stack:
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


async def test_a_sentence_does_not_wait_for_a_long_text(edge: aiohttp.ClientSession) -> None:
    """Whoever asks for a sentence while another's long text is being spoken gets it before that is done."""
    long, short = await log_in(edge, "wei"), await log_in(edge, "lily")
    order: list[str] = []

    async def call(headers: dict[str, str], text: str) -> None:
        answer = await speak(edge, headers, text)
        order.append(f"{answer.code} {len(text)}")

    reading = asyncio.create_task(call(long, "".join(f"这一段很长，现在读到第{n}句，后面还有。" for n in range(20))))
    await asyncio.sleep(0.5)
    await call(short, "我只说一句话。")
    await reading
    assert ["ok 7", "ok 390"] == order
