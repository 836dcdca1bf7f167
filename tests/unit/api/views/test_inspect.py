"""`POST /v1/inspect` over HTTP: what will be read and how; checked and limited as speech is, and nothing is spoken."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client

from api import problems
from api.engine.errors import (
    CannotInspectError,
    EngineAwayError,
    EngineError,
    EngineFailedError,
    EngineOverloadedError,
    NothingToSpeakError,
    RefusedError,
)
from api.settings import Settings
from api.synthesis import inspection
from api.synthesis.segments import cut
from tests.fakes.engine import FakeEngine
from tests.support.app import running
from tests.support.waiting import until

FIRST, SECOND = "今天天气非常好，我们一起去公园。", "你想不想跟我们一起去看花呢？"
TEXT = FIRST + "\n" + SECOND


@pytest.fixture(autouse=True)
def _short(engine: FakeEngine) -> None:
    engine.max_segment_characters = 20


async def _asked(client: Client, bearer: dict[str, str], **fields: Any) -> tuple[int, dict[str, Any]]:
    response = await client.post("/v1/inspect", json={"text": TEXT, **fields}, headers=bearer)
    return response.status_code, await response.get_json()


async def _login(client: Client) -> dict[str, str]:
    answer = await client.post("/login", json={"code": "dev:lily"})
    return {"Authorization": f"Bearer {(await answer.get_json())['token']}"}


async def test_what_will_be_read_and_how(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """The text as it is cut and paused for speech, each segment with its syllables; no engine speaks."""
    response = await client.post("/v1/inspect", json={"text": f" {TEXT}", "speed": 2.0}, headers=bearer)
    answer = await response.get_json()
    assert (200, "application/json") == (response.status_code, response.content_type)
    assert '"calls";r=2;' in response.headers["RateLimit"]
    assert '"characters";r=3000' in response.headers["RateLimit"]
    assert (TEXT, f"{FIRST} {SECOND}") == (answer["text"], answer["normalized"])
    segments = [{name: value for name, value in one.items() if name != "syllables"} for one in answer["segments"]]
    expected = [(segment.text, segment.start, segment.end, segment.pause_s) for segment in cut(TEXT, 20, 2.0)]
    assert [dict(zip(("text", "start", "end", "pause_s"), one, strict=True)) for one in expected] == segments
    assert {"text": "今", "pinyin": "今1", "spoken": "今2"} == answer["segments"][0]["syllables"][0]
    assert "你想不想跟我们一起去看花呢" == "".join(one["text"] for one in answer["segments"][1]["syllables"])
    assert [] == engine.spoken


async def test_marks_and_ssml_are_read_as_for_speech(client: Client, bearer: dict[str, str]) -> None:
    """A segment's `text` is the part of the text that was sent, its syllables are of what is spoken for it."""
    text = '<speak>你好<break time="1s"/><sub alias="世卫">WHO</sub></speak>'
    _, answer = await _asked(client, bearer, text=text)
    segments = [(one["text"], one["start"], one["end"], one["pause_s"]) for one in answer["segments"]]
    assert [("你好", 7, 9, 1.0), ("WHO", 43, 46, 0.0)] == segments
    assert "世卫" == "".join(one["text"] for one in answer["segments"][1]["syllables"])
    status, answer = await _asked(client, bearer, text=text, input_type="text")
    assert (200, 0) == (status, answer["segments"][0]["start"])
    assert 400 == (await _asked(client, bearer, text="<speak>"))[0]


async def test_a_segment_that_is_not_heard_is_not_shown(
    client: Client, bearer: dict[str, str], engine: FakeEngine
) -> None:
    """As it is passed over in speech; a text of such alone is refused."""
    engine.failures = {"公园": NothingToSpeakError()}
    _, answer = await _asked(client, bearer)
    assert [SECOND] == [segment["text"] for segment in answer["segments"]]
    status, answer = await _asked(client, bearer, text=FIRST)
    assert (400, "nothing_to_speak") == (status, answer["code"])


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RefusedError(problems.INVALID_PRONUNCIATION, mark="‹行|X›"), 400, "invalid_pronunciation"),
        (CannotInspectError(), 503, "inspect_unavailable"),
        (EngineOverloadedError(), 503, "overloaded"),
        (EngineAwayError(), 503, "engine_unavailable"),
        (EngineFailedError(), 502, "synthesis_failed"),
    ],
)
async def test_what_the_engine_refuses(
    client: Client, bearer: dict[str, str], engine: FakeEngine, error: EngineError, status: int, code: str
) -> None:
    """Each refusal has its answer, the mark that is to blame in its sentence, and costs nothing."""
    engine.failures = {"公园": error}
    response = await client.post("/v1/inspect", json={"text": TEXT}, headers=bearer)
    answer = await response.get_json()
    assert (status, code) == (response.status_code, answer["code"])
    assert (status == 503) == ("Retry-After" in response.headers)
    assert (status == 400) == ("‹行|X›" in answer["error"])
    engine.failures = {}
    response = await client.post("/v1/inspect", json={"text": TEXT}, headers=bearer)
    assert '"calls";r=2;' in response.headers["RateLimit"]


async def test_an_engine_that_hangs(
    client: Client, bearer: dict[str, str], engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for it as long as for speech."""
    monkeypatch.setattr(inspection, "TIMEOUT_S", 0.05)
    engine.delays = {"公园": 5.0}
    status, answer = await _asked(client, bearer)
    assert (504, "synthesis_timeout") == (status, answer["code"])


async def test_only_so_many_at_a_time(make_settings: Callable[..., Settings], engine: FakeEngine) -> None:
    """What is beyond is refused at once and costs nothing: the engine's one process takes no more."""
    engine.delays = {"公园": 0.1}
    async with running(make_settings(limit_calls=100), engine) as client:
        bearer = await _login(client)
        answers = await asyncio.gather(*(_asked(client, bearer) for _ in range(inspection.MOST + 2)))
        assert [200] * inspection.MOST + [503] * 2 == sorted(status for status, _ in answers)
        assert ["overloaded"] * 2 == [answer["code"] for status, answer in answers if status == 503]
        left = await client.get("/v1/limits", headers=bearer)
        assert 100 - inspection.MOST == (await left.get_json())["limits"][0]["remaining"]
        assert 200 == (await _asked(client, bearer))[0]


async def test_it_counts_as_a_call(client: Client, bearer: dict[str, str]) -> None:
    """It is limited with the calls that speak."""
    assert [200, 200, 200, 429] == [(await _asked(client, bearer))[0] for _ in range(4)]


async def test_it_waits_for_no_speech(make_settings: Callable[..., Settings], engine: FakeEngine) -> None:
    """Not even for its own user's, who has as much in progress as is allowed."""
    engine.delays = {"慢": 60.0}
    async with running(make_settings(limit_in_progress=1), engine) as client:
        bearer = await _login(client)
        speaking = asyncio.create_task(client.post("/tts", json={"text": "慢慢说"}, headers=bearer))
        await until(lambda: bool(engine.running))
        assert 200 == (await _asked(client, bearer))[0]
        assert 1 == engine.running
        speaking.cancel()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": ""}, "text_empty"),
        ({"text": 5}, "invalid_text"),
        ({"text": "好" * 1001}, "text_too_long"),
        ({"speed": 3}, "invalid_speed"),
        ({"voice": "baker"}, "unknown_field"),
    ],
)
async def test_bad_bodies(client: Client, bearer: dict[str, str], fields: dict[str, Any], code: str) -> None:
    """A body is checked as for speech."""
    status, answer = await _asked(client, bearer, **fields)
    assert (400, code) == (status, answer["code"])


async def test_without_a_token(client: Client) -> None:
    """It is for those who may speak."""
    assert (401, "token_missing") == ((answer := await _asked(client, {}))[0], answer[1]["code"])
