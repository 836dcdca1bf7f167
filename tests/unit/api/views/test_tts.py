"""`POST /tts` over HTTP: the order of the gates, the answers, what counts and what is recorded."""

import asyncio
import io
import time
import wave
from collections.abc import Callable
from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client
from structlog.testing import capture_logs

from api import problems
from api.engine.engine import Utterance, Waveform
from api.engine.errors import BadTakeError, EngineFailedError, Fault, RefusedError
from api.settings import Settings
from api.synthesis.faults import fault_of
from tests.fakes.engine import FakeEngine
from tests.support.app import running
from tests.support.sounds import RATE, said
from tests.support.waiting import until

TEXT = "今天天气非常好，我们一起去公园。你想不想跟我们一起去呢？"
Lines = Callable[[], Any]


@pytest.mark.parametrize("path", ["/tts", "/v1/tts"])
async def test_speech(client: Client, bearer: dict[str, str], path: str) -> None:
    """A text becomes a WAV with its length, its duration and what is left of the limit."""
    response = await client.post(path, json={"text": TEXT, "emotion": "happy", "speed": 1.0}, headers=bearer)
    data = await response.get_data(as_text=False)
    assert (200, "audio/wav") == (response.status_code, response.content_type)
    assert str(len(data)) == response.headers["Content-Length"]
    with wave.open(io.BytesIO(data)) as reader:
        seconds = reader.getnframes() / reader.getframerate()
        assert (1, 2, 24000) == reader.getparams()[:3]
    assert len(TEXT) * 0.01 + 0.35 == pytest.approx(seconds, abs=1e-3)
    assert seconds == pytest.approx(float(response.headers["X-Audio-Duration"]), abs=1e-3)
    assert '"calls";q=3;w=60, "characters";q=3000;qu="characters";w=60' == response.headers["RateLimit-Policy"]
    assert '"calls";r=2;t=60, "characters";r=2972;t=60' == response.headers["RateLimit"]


async def test_emotion_and_speed_reach_the_engine(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """Every segment is spoken with the emotion and the speed asked for."""
    vector = [0.1] * 8
    await client.post("/tts", json={"text": TEXT, "emotion": vector, "speed": 2}, headers=bearer)
    assert {(tuple(vector), 2.0)} == {(utterance.emotion, utterance.speed) for utterance in engine.spoken}


@pytest.mark.parametrize(
    ("headers", "code", "message"),
    [
        ({}, "token_missing", "缺少Token"),
        ({"Authorization": "Bearer x"}, "token_invalid", "无效Token"),
        ({"Authorization": "Bearer x", "Accept-Language": "en-US,en;q=0.9"}, "token_invalid", "The token is not valid"),
        ({"X-WX-OPENID": "lily", "X-WX-SOURCE": "wx_client"}, "token_missing", "缺少Token"),
    ],
)
async def test_authentication_comes_first(client: Client, headers: dict[str, str], code: str, message: str) -> None:
    """Without a good token nothing else is looked at; headers of WeChat's cloud are worth nothing."""
    response = await client.post("/tts", data=b"rubbish", headers=headers)
    answer = await response.get_json()
    assert (401, code, message) == (response.status_code, answer["code"], answer["error"])
    assert response.headers["X-Request-Id"] == answer["request_id"]
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("status", "code", "request_"),
    [
        (400, "text_missing", {"json": {}}),
        (400, "invalid_json", {"data": b"{", "headers": {"Content-Type": "application/json"}}),
        (400, "invalid_encoding", {"data": b"\xff", "headers": {"Content-Type": "application/json"}}),
        (415, "unsupported_media_type", {"data": b"{}"}),
        (415, "unsupported_media_type", {"form": {"text": "a"}}),
        (415, "unsupported_media_type", {"data": b"{}", "headers": {"Content-Type": "application/json; charset=gbk"}}),
        (413, "payload_too_large", {"json": {"text": "长" * 20000}}),
    ],
)
async def test_refused_input_does_not_count(
    client: Client, bearer: dict[str, str], status: int, code: str, request_: dict[str, Any]
) -> None:
    """What is wrong with the input is said, and is free."""
    request_ = {**request_, "headers": bearer | request_.get("headers", {})}
    for _ in range(4):
        response = await client.post("/tts", **request_)
        assert (status, code) == (response.status_code, (await response.get_json())["code"])
    response = await client.post("/tts", json={"text": "你好"}, headers=bearer)
    assert '"calls";r=2;' in response.headers["RateLimit"]


async def test_limit(client: Client, bearer: dict[str, str]) -> None:
    """One call too many is told to wait, and for how long."""
    for _ in range(3):
        assert 200 == (await client.post("/tts", json={"text": "你好"}, headers=bearer)).status_code
    response = await client.post("/tts", json={"text": "你好"}, headers=bearer)
    answer = await response.get_json()
    assert (429, "rate_limited", "调用过于频繁，请稍后再试") == (response.status_code, answer["code"], answer["error"])
    assert "60" == response.headers["Retry-After"]
    assert '"calls";r=0;t=60' in response.headers["RateLimit"]


async def test_the_edge_s_second_try_is_charged_once(client: Client, bearer: dict[str, str]) -> None:
    """A call that nginx asks again, because a replica died, has the same id and counts once."""
    headers = bearer | {"X-Request-Id": "given-by-the-edge-1"}
    responses = [await client.post("/tts", json={"text": "你好"}, headers=headers) for _ in range(2)]
    assert [200, 200] == [response.status_code for response in responses]
    assert '"calls";r=2;' in responses[1].headers["RateLimit"]
    assert {"given-by-the-edge-1"} == {response.headers["X-Request-Id"] for response in responses}


async def test_characters_are_limited(make_settings: Callable[..., Settings], bearer: dict[str, str]) -> None:
    """A call whose characters are too many for now has a code of its own; a shorter one may still fit."""
    async with running(make_settings(limit_characters=30), FakeEngine()) as client:
        statuses = [
            (await client.post("/tts", json={"text": text}, headers=bearer)).status_code
            for text in (TEXT, "你好你好", "你好", "很长" * 16)
        ]
        response = await client.post("/tts", json={"text": "你好"}, headers=bearer)
    assert [200, 429, 200, 400] == statuses
    assert (429, "characters_limited") == (response.status_code, (await response.get_json())["code"])
    assert "60" == response.headers["Retry-After"]


async def test_what_is_left(client: Client, bearer: dict[str, str]) -> None:
    """Whoever asks what is left is told, and is charged nothing for it."""
    await client.post("/tts", json={"text": "你好"}, headers=bearer)
    for _ in range(5):
        response = await client.get("/v1/limits", headers=bearer)
    answer = await response.get_json()
    assert (3, 1000, 1000) == (answer["in_progress"], answer["text_characters"], answer["whole_text_characters"])
    assert [("calls", 3, 60, 2), ("characters", 3000, 60, 2998)] == [
        (limit["name"], limit["limit"], limit["window_s"], limit["remaining"]) for limit in answer["limits"]
    ]
    assert '"calls";r=2;' in response.headers["RateLimit"]
    assert 401 == (await client.get("/v1/limits")).status_code


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (EngineFailedError(), (502, "synthesis_failed")),
        (BadTakeError(Fault.RUNAWAY), (502, "speech_unusable")),
        (RefusedError(problems.UNKNOWN_VOICE, voice="nobody", nearest=""), (400, "unknown_voice")),
        (RuntimeError("a secret detail"), (500, "internal_error")),
    ],
)
async def test_failures_are_given_back(
    client: Client, bearer: dict[str, str], engine: FakeEngine, failure: Exception, expected: tuple[int, str]
) -> None:
    """A call that fails on our side does not count; details stay in the log."""
    engine.failures = {"坏": failure}
    with capture_logs():
        for _ in range(4):
            response = await client.post("/tts", json={"text": "坏"}, headers=bearer)
            assert expected == (response.status_code, (await response.get_json())["code"])
    assert "secret" not in await response.get_data(as_text=True)
    response = await client.post("/tts", json={"text": "你好"}, headers=bearer)
    assert '"calls";r=2;' in response.headers["RateLimit"]


class Babbler(FakeEngine):
    """Comes to an end only where it is given a seed."""

    async def _hum(self, utterance: Utterance) -> Waveform:
        return said(RATE, 30.0 if utterance.seed is None else 1.5)


async def test_a_take_without_an_end_is_heard_by_nobody(
    make_settings: Callable[..., Settings], bearer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer has the next one, and the first is counted."""
    monkeypatch.setattr("api.synthesis.guard.fault_of", fault_of)
    async with running(make_settings(), Babbler()) as client:
        with capture_logs():
            response = await client.post("/tts", json={"text": "今天天气真好。"}, headers=bearer)
        assert (200, "1.5") == (response.status_code, response.headers["X-Audio-Duration"])
        metrics = await (await client.get("/metrics")).get_data(as_text=True)
        assert 'haoshuo_bad_takes_total{fault="too_long"} 1.0' in metrics


async def test_nothing_to_speak_counts(client: Client, bearer: dict[str, str]) -> None:
    """Texts of symbols only are not a way to call for nothing."""
    statuses = [(await client.post("/tts", json={"text": "……"}, headers=bearer)).status_code for _ in range(4)]
    assert [400, 400, 400, 429] == statuses


async def test_whole_call_deadline(make_settings: Callable[..., Settings], bearer: dict[str, str]) -> None:
    """A call that takes too long as a whole is a 504, and leaves nothing running."""
    engine = FakeEngine(delays={"": 60})
    async with running(make_settings(request_timeout_s=0.05), engine) as client:
        response = await client.post("/tts", json={"text": TEXT}, headers=bearer)
    assert (504, "synthesis_timeout") == (response.status_code, (await response.get_json())["code"])
    assert 0 == engine.running


async def test_time_at_the_edge_counts(make_settings: Callable[..., Settings], bearer: dict[str, str]) -> None:
    """A second try has what the first left of the caller's time."""
    async with running(make_settings(), FakeEngine(delays={"": 60})) as client:
        headers = bearer | {"X-Request-Start": f"{time.time() - 49.95:.3f}"}
        response = await client.post("/tts", json={"text": TEXT}, headers=headers)
    assert (504, "synthesis_timeout") == (response.status_code, (await response.get_json())["code"])


async def test_memory_for_answers_is_bounded(make_settings: Callable[..., Settings], bearer: dict[str, str]) -> None:
    """While the audio of other calls takes all the memory that it may, a call is told to come back, and is free."""
    engine = FakeEngine(delays={"长": 0.2})
    async with running(make_settings(audio_memory_mb=1), engine) as client:
        first = asyncio.create_task(client.post("/tts", json={"text": "长" * 60}, headers=bearer))
        await until(lambda: engine.running > 0)
        refused = await client.post("/tts", json={"text": "长" * 60}, headers=bearer)
        assert 200 == (await first).status_code
        accepted = await client.post("/tts", json={"text": "长" * 60}, headers=bearer)
    assert (503, "overloaded") == (refused.status_code, (await refused.get_json())["code"])
    assert "Retry-After" in refused.headers
    assert (200, True) == (accepted.status_code, '"calls";r=1;' in accepted.headers["RateLimit"])


async def test_audit(client: Client, bearer: dict[str, str], audit_lines: Lines) -> None:
    """Every call leaves one line, refused ones too, with neither token, openid nor full text."""
    headers = bearer | {"X-Request-Id": "audited-0001"}
    body = {"text": TEXT, "emotion": "happy", "speed": 1.5}
    response = await client.post("/tts", json=body, headers=headers)
    await client.post("/tts", json={"text": "你好"})
    await client.post("/tts", json={"text": "好", "emotion": [0.5] * 8}, headers=bearer)
    await client.post("/tts", json={"text": ""}, headers=bearer)
    spoken, anonymous, vector, invalid = await audit_lines()
    expected = {
        "log": "audit",
        "request_id": "audited-0001",
        "voice": "baker",
        "audio_s": float(response.headers["X-Audio-Duration"]),
        "bytes": int(response.headers["Content-Length"]),
        "text_length": 28,
        "text_summary": TEXT[:14],
        "emotion": "happy",
        "speed": 1.5,
        "label": "none",
        "produce_id": "audited-0001",
        "status": 200,
        "code": "ok",
    }
    assert expected == {name: spoken[name] for name in expected}
    assert {*expected, "time", "user", "elapsed_ms"} == set(spoken)
    assert (401, "token_missing", None) == (anonymous["status"], anonymous["code"], anonymous["user"])
    assert ([0.5] * 8, "") == (vector["emotion"], vector["text_summary"])
    assert (400, "text_empty", spoken["user"]) == (invalid["status"], invalid["code"], invalid["user"])
    assert "lily" not in str(spoken)


async def test_nothing_private_in_the_log(client: Client, bearer: dict[str, str]) -> None:
    """The service log has a line for every request, and none has the text, the token or the user."""
    with capture_logs() as lines:
        await client.post("/tts", json={"text": TEXT}, headers=bearer)
        await client.post("/tts", json={"text": 1}, headers=bearer)
    assert [("/tts", 200, "ok"), ("/tts", 400, "invalid_text")] == [
        (line["route"], line["status"], line["code"]) for line in lines if line["event"] == "request"
    ]
    for word in (TEXT[:5], bearer["Authorization"].split()[1], "lily"):
        assert word not in str(lines)


async def test_metrics(client: Client, bearer: dict[str, str]) -> None:
    """Calls and seconds of speech are counted."""
    await client.post("/tts", json={"text": "你好"}, headers=bearer)
    text = await (await client.get("/metrics")).get_data(as_text=True)
    assert 'haoshuo_requests_total{code="ok",route="/tts",status="200"} 1.0' in text
    assert "haoshuo_audio_seconds_total 0.02" in text
    assert "haoshuo_synthesis_seconds_count 1.0" in text
    assert "haoshuo_segments_in_flight 0.0" in text
