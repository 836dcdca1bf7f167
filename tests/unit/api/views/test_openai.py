"""OpenAI's addresses: what its clients send is understood, and what they get is in its form."""

import base64
import io
import json
import wave
from collections.abc import Callable
from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client
from structlog.testing import capture_logs

from api import problems
from api.audio.formats import FORMATS
from api.engine.errors import EngineFailedError, RefusedError
from api.settings import Settings
from api.synthesis.emotions import PRESETS
from api.synthesis.voices import OPENAI
from tests.fakes import engine as engine_module
from tests.fakes.engine import FakeEngine
from tests.support.app import running
from tests.support.files import decode

TEXT = "今天天气非常好，我们一起去公园。你想不想跟我们一起去呢？"
SPEECH, BATCH = "/v1/audio/speech", "/v1/audio/speech/batch"
Lines = Callable[[], Any]


async def speech(client: Client, bearer: dict[str, str], **fields: Any) -> Any:
    return await client.post(SPEECH, json={"model": "tts-1", "input": TEXT, "voice": "alloy", **fields}, headers=bearer)


async def error_of(response: Any) -> dict[str, Any]:
    error: dict[str, Any] = (await response.get_json())["error"]
    assert response.headers["X-Request-Id"] == error["request_id"]
    return error


async def test_speech(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """An mp3 by default, of the configured voice, whatever OpenAI's name for it."""
    response = await speech(client, bearer)
    assert (200, "audio/mpeg") == (response.status_code, response.content_type)
    assert decode(await response.get_data(as_text=False), FORMATS["mp3"], 24000).size > 0
    assert {"baker"} == {utterance.voice for utterance in engine.spoken}
    assert "X-Instructions" not in response.headers
    assert '"calls";r=2;' in response.headers["RateLimit"]


@pytest.mark.parametrize("voice", [*OPENAI, "default", "baker", {"id": "alloy"}, None])
async def test_voices(
    make_settings: Callable[..., Settings], bearer: dict[str, str], engine: FakeEngine, voice: Any
) -> None:
    """A name, an object with an id, or nothing."""
    body = {"input": "你好"} | ({"voice": voice} if voice else {})
    async with running(make_settings(), engine) as client:
        response = await client.post(SPEECH, json=body, headers=bearer)
    assert (200, "baker") == (response.status_code, engine.spoken[0].voice)


async def test_aliases(make_settings: Callable[..., Settings], bearer: dict[str, str], engine: FakeEngine) -> None:
    """The configuration says which voice a name means."""
    async with running(make_settings(voice_aliases="nova=anna, mother = anna"), engine) as client:
        for voice in ("nova", "mother", "echo"):
            await speech(client, bearer, voice=voice, input="你好")
    assert ["anna", "anna", "baker"] == [utterance.voice for utterance in engine.spoken]


async def test_a_voice_that_nobody_knows(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """It is an error that does not count, never another voice."""
    engine.failures = {"你好": RefusedError(problems.UNKNOWN_VOICE, field="voice", voice="nobody", nearest="")}
    response = await speech(client, bearer, voice="nobody", input="你好")
    error = await error_of(response)
    assert (400, "unknown_voice", "voice") == (response.status_code, error["code"], error["param"])
    assert "nobody" == engine.spoken[0].voice
    limits = await (await client.get("/v1/limits", headers=bearer)).get_json()
    assert 3 == limits["limits"][0]["remaining"]


@pytest.mark.parametrize(("asked", "spoken"), [(0.25, 0.5), (0.5, 0.5), (1, 1.0), (2.0, 2.0), (4.0, 2.0)])
async def test_speed_is_what_the_engine_can_do(
    client: Client, bearer: dict[str, str], engine: FakeEngine, asked: float, spoken: float
) -> None:
    """OpenAI's range is taken; what is beyond the engine's is clamped, and said."""
    response = await speech(client, bearer, speed=asked)
    assert {spoken} == {utterance.speed for utterance in engine.spoken}
    assert (f"{spoken:g}" if asked != spoken else None) == response.headers.get("X-Speed")


@pytest.mark.parametrize(
    ("instructions", "told", "emotion", "speed"),
    [
        ("Speak slowly and sadly.", "emotion=sad, speed=0.8", "sad", 0.8),
        ("Be a pirate.", "ignored", "neutral", 1.0),
    ],
)
async def test_instructions(
    client: Client, bearer: dict[str, str], engine: FakeEngine, instructions: str, told: str, emotion: str, speed: float
) -> None:
    """What is understood is done; a header says what that was."""
    response = await speech(client, bearer, instructions=instructions)
    assert told == response.headers["X-Instructions"]
    assert (PRESETS[emotion], speed) == (engine.spoken[0].emotion, engine.spoken[0].speed)


async def test_events(client: Client, bearer: dict[str, str]) -> None:
    """`stream_format: sse` gives deltas and a last event with the usage."""
    response = await speech(client, bearer, stream_format="sse", response_format="pcm")
    assert "text/event-stream" == response.content_type
    events = [json.loads(line[6:]) for line in (await response.get_data(as_text=True)).split("\n\n") if line]
    assert ["speech.audio.delta", "speech.audio.done"] == sorted({event["type"] for event in events})
    audio = b"".join(base64.b64decode(event["audio"]) for event in events[:-1])
    assert events[-1]["usage"]["seconds"] == pytest.approx(len(audio) / 48000, abs=1e-3)
    assert len(TEXT) == events[-1]["usage"]["input_tokens"]


async def test_the_longest_input(make_settings: Callable[..., Settings], bearer: dict[str, str]) -> None:
    """4096 characters, whatever `/tts` allows; one more is refused."""
    settings = make_settings(max_text_characters=10, limit_characters=10_000)
    async with running(settings, FakeEngine(samples_per_character=2)) as client:
        spoken = await speech(client, bearer, input="好。" * 2048, response_format="pcm")
        refused = await speech(client, bearer, input="好。" * 2048 + "好")
    assert (200, 400) == (spoken.status_code, refused.status_code)
    assert ("text_too_long", "input") == ((error := await error_of(refused))["code"], error["param"])


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"input": ""}, "text_empty", "input"),
        ({"input": 1}, "invalid_text", "input"),
        ({"voice": 1}, "invalid_voice", "voice"),
        ({"voice": {"name": "alloy"}}, "invalid_voice", "voice"),
        ({"voice": "a b"}, "unknown_voice", "voice"),
        ({"model": 1}, "invalid_model", "model"),
        ({"speed": 0.2}, "invalid_speed", "speed"),
        ({"speed": 4.1}, "invalid_speed", "speed"),
        ({"response_format": "m4b"}, "invalid_format", "response_format"),
        ({"stream_format": "frames"}, "invalid_stream_format", "stream_format"),
        ({"instructions": "x" * 4097}, "invalid_instructions", "instructions"),
        ({"prompt": "x"}, "unknown_field", "prompt"),
    ],
)
async def test_bad_input(client: Client, bearer: dict[str, str], fields: dict[str, Any], code: str, param: str) -> None:
    """Each has a code of its own, a sentence, and the field's name, in OpenAI's form."""
    response = await speech(client, bearer, **fields)
    error = await error_of(response)
    assert (400, "invalid_request_error", code, param) == (
        response.status_code,
        error["type"],
        error["code"],
        error["param"],
    )
    assert "{" not in error["message"]


async def test_null_is_nothing(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """The Agents SDK sends it for instructions that it was not given."""
    response = await speech(client, bearer, instructions=None, speed=None, voice=None)
    assert (200, 1.0, "baker") == (response.status_code, engine.spoken[0].speed, engine.spoken[0].voice)
    assert "X-Instructions" not in response.headers


@pytest.mark.parametrize(
    ("engine_rate", "asked", "rate"), [(22050, None, 24000), (22050, 8000, 8000), (24000, None, 24000)]
)
async def test_pcm_has_openai_s_rate(
    client: Client, bearer: dict[str, str], monkeypatch: pytest.MonkeyPatch, engine_rate: int, asked: int, rate: int
) -> None:
    """24 kHz, as its clients take for granted, whatever the engine's own."""
    monkeypatch.setattr(engine_module, "RATE", engine_rate)
    response = await speech(client, bearer, input="你好", response_format="pcm", sample_rate=asked)
    samples = len(await response.get_data(as_text=False)) / 2
    assert 480 / engine_rate == pytest.approx(samples / rate, abs=1e-3)


async def test_a_missing_input(client: Client, bearer: dict[str, str]) -> None:
    """The sentence names the field."""
    response = await client.post(SPEECH, json={"model": "tts-1"}, headers=bearer | {"Accept-Language": "en"})
    assert "The field input is missing" == (await error_of(response))["message"]


@pytest.mark.parametrize("path", [SPEECH, BATCH])
async def test_who_is_nobody(client: Client, path: str) -> None:
    """No key, or a wrong one."""
    for headers in ({}, {"Authorization": "Bearer sk-none"}):
        response = await client.post(path, json={}, headers=headers)
        assert (401, "authentication_error") == (response.status_code, (await error_of(response))["type"])


async def test_the_limit(client: Client, bearer: dict[str, str]) -> None:
    """Too many calls are a rate_limit_error with Retry-After, which OpenAI's clients obey."""
    for _ in range(3):
        await speech(client, bearer, input="你好")
    response = await speech(client, bearer, input="你好")
    assert (429, "rate_limit_error") == (response.status_code, (await error_of(response))["type"])
    assert "60" == response.headers["Retry-After"]


@pytest.mark.parametrize("first", [True, False])
async def test_failures(client: Client, bearer: dict[str, str], engine: FakeEngine, first: bool) -> None:  # noqa: FBT001
    """Before the first sound a server_error; after it an event that OpenAI's clients raise as an error."""
    engine.max_segment_characters = 20
    engine.failures = {"今天" if first else "你想": EngineFailedError()}
    response = await speech(client, bearer, stream_format="sse")
    if first:
        assert (502, "server_error") == (response.status_code, (await error_of(response))["type"])
        return
    *_, last = [line for line in (await response.get_data(as_text=True)).split("\n\n") if line]
    event = json.loads(last[6:])
    assert ("error", "synthesis_failed") == (event["type"], event["error"]["code"])


async def test_models(client: Client, bearer: dict[str, str]) -> None:
    """A list and single ones, for those with a key; others in OpenAI's form are unknown."""
    models = await (await client.get("/v1/models", headers=bearer)).get_json()
    assert "list" == models["object"]
    assert {"haoshuo", "tts-1", "gpt-4o-mini-tts"} <= {model["id"] for model in models["data"]}
    one = await client.get("/v1/models/tts-1", headers=bearer)
    assert ("tts-1", "model") == ((model := await one.get_json())["id"], model["object"])
    unknown = await client.get("/v1/models/whisper-1", headers=bearer)
    assert (404, "unknown_model") == (unknown.status_code, (await error_of(unknown))["code"])
    assert 401 == (await client.get("/v1/models")).status_code


async def test_a_batch(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """Items in order, each with what the body says for all and what it says itself; each is a call."""
    items = [{"input": "你好"}, {"input": "再见。", "speed": 2.0, "response_format": "mp3"}]
    response = await client.post(
        BATCH, json={"items": items, "response_format": "wav", "voice": "nova"}, headers=bearer
    )
    answer = await response.get_json()
    assert (2, 2, 0) == (answer["total"], answer["succeeded"], answer["failed"])
    first, second = answer["results"]
    assert [(0, "success", "audio/wav"), (1, "success", "audio/mpeg")] == [
        (one["index"], one["status"], one["media_type"]) for one in (first, second)
    ]
    with wave.open(io.BytesIO(base64.b64decode(first["audio_data"]))) as reader:
        assert 480 == reader.getnframes()
    assert {("你好", 1.0), ("再见。", 2.0)} == {(utterance.text, utterance.speed) for utterance in engine.spoken}
    limits = await (await client.get("/v1/limits", headers=bearer)).get_json()
    assert [1, 2995] == [limit["remaining"] for limit in limits["limits"]]


async def test_an_item_that_says_null(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """Null is nothing said, for which the body speaks."""
    body = {"items": [{"input": None, "speed": None}], "input": "你好", "speed": 2.0}
    response = await client.post(BATCH, json=body, headers=bearer)
    assert 1 == (await response.get_json())["succeeded"]
    assert [("你好", 2.0)] == [(utterance.text, utterance.speed) for utterance in engine.spoken]


async def test_a_batch_of_ssml(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """What kind of text it is may be said for all of it, also where no text is."""
    body = {"items": [{"input": "<speak>你好</speak>"}], "input_type": "ssml"}
    response = await client.post(BATCH, json=body, headers=bearer)
    assert 1 == (await response.get_json())["succeeded"], await response.get_data()
    assert ["你好"] == [utterance.text for utterance in engine.spoken]


async def test_an_item_fails_alone(
    client: Client, bearer: dict[str, str], engine: FakeEngine, audit_lines: Lines
) -> None:
    """The others are spoken; what failed on our side does not count, and says why."""
    engine.failures = {"坏": EngineFailedError()}
    response = await client.post(BATCH, json={"items": [{"input": "坏"}, {"input": "你好"}]}, headers=bearer)
    answer = await response.get_json()
    assert (200, 1, 1) == (response.status_code, answer["succeeded"], answer["failed"])
    assert ("error", "synthesis_failed") == (answer["results"][0]["status"], answer["results"][0]["error"]["code"])
    lines = await audit_lines()
    assert {("坏"[:0], "synthesis_failed"), ("你", "ok")} == {(line["text_summary"], line["code"]) for line in lines}


async def test_a_bug_in_an_item_leaves_nothing_running(
    client: Client, bearer: dict[str, str], engine: FakeEngine
) -> None:
    """It is an error of the whole batch, and the other items are not made for nobody."""
    engine.failures, engine.delays = {"坏": RuntimeError("a secret detail")}, {"你好": 60}
    with capture_logs():
        response = await client.post(BATCH, json={"items": [{"input": "你好"}, {"input": "坏"}]}, headers=bearer)
    assert (500, "internal_error") == (response.status_code, (await error_of(response))["code"])
    assert 0 == engine.running


async def test_what_does_not_fit_the_limit(client: Client, bearer: dict[str, str]) -> None:
    """Each item is held against the caller's limits like a call."""
    response = await client.post(BATCH, json={"items": [{"input": "你好"}] * 5}, headers=bearer)
    answer = await response.get_json()
    assert (3, 2) == (answer["succeeded"], answer["failed"])
    assert {"rate_limited"} == {one["error"]["code"] for one in answer["results"] if one["status"] == "error"}


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({}, "invalid_items", "items"),
        ({"items": []}, "invalid_items", "items"),
        ({"items": [{"input": "好"}] * 33}, "invalid_items", "items"),
        ({"items": ["好"]}, "invalid_items", "items"),
        ({"items": [{"input": "好"}, {"input": ""}]}, "text_empty", "items.1.input"),
        ({"items": [{"input": "好" * 2000}] * 3}, "text_too_long", "items"),
        ({"items": [{"input": "好"}], "speed": 9}, "invalid_speed", "speed"),
        ({"items": [{"input": "好", "speed": 1}], "speed": 9}, "invalid_speed", "speed"),
        ({"items": [{"input": "好"}], "input": {}}, "invalid_text", "input"),
        ({"items": [{"input": "好"}, {"input": "好", "speed": 9}]}, "invalid_speed", "items.1.speed"),
    ],
)
async def test_a_bad_batch(
    client: Client, bearer: dict[str, str], engine: FakeEngine, body: dict[str, Any], code: str, param: str
) -> None:
    """It is refused as a whole before anything is spoken, and is free."""
    response = await client.post(BATCH, json=body, headers=bearer)
    error = await error_of(response)
    assert (400, code, param) == (response.status_code, error["code"], error["param"])
    assert [] == engine.spoken


async def test_nothing_there(client: Client) -> None:
    """An unknown address below OpenAI's is said in its form."""
    response = await client.get("/v1/audio/nothing")
    assert (404, "not_found") == (response.status_code, (await error_of(response))["code"])
