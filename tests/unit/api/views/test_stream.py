"""`POST /v1/tts/stream` over HTTP: sound as it is made, word of what goes wrong, and what counts."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client
from quart.typing import TestHTTPConnectionProtocol as Connection
from structlog.testing import capture_logs

from api.engine.errors import BadTakeError, EngineFailedError, Fault
from api.settings import Settings
from api.views import streaming as streaming_module
from api.views.streaming import Reader
from tests.fakes.engine import FakeEngine
from tests.support.app import running
from tests.support.frames import parse_frames
from tests.support.waiting import until

FIRST, SECOND = "今天天气非常好，我们一起去公园。", "你想不想跟我们一起去看花呢？"
TEXT = FIRST + SECOND
Lines = Callable[[], Any]


@asynccontextmanager
async def streaming(client: Client, bearer: dict[str, str], **fields: Any) -> AsyncIterator[Connection]:
    """A stream of which the test reads piece by piece."""
    headers = {**bearer, "Content-Type": "application/json"}
    async with client.request("/v1/tts/stream", method="POST", headers=headers) as connection:
        await connection.send(json.dumps({"text": TEXT, **fields}).encode())
        await connection.send_complete()
        yield connection


async def first_sound(connection: Connection) -> None:
    """Its beginning, the rest of it, and nothing more: the next one is waited for."""
    assert await connection.receive()
    assert await connection.receive()
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(connection.receive(), 0.1)


async def calls_left(client: Client, bearer: dict[str, str]) -> tuple[int, int]:
    """Calls and characters."""
    limits = (await (await client.get("/v1/limits", headers=bearer)).get_json())["limits"]
    return limits[0]["remaining"], limits[1]["remaining"]


@pytest.fixture(autouse=True)
def _one_after_the_other(engine: FakeEngine) -> None:
    engine.max_segment_characters = 20


@pytest.mark.parametrize("response_format", ["pcm", "wav", "mp3"])
async def test_it_is_the_whole_answer(client: Client, bearer: dict[str, str], response_format: str) -> None:
    """The text is cut and spoken as for a whole answer, and charged alike."""
    body = {"text": TEXT, "speed": 1.25, "response_format": response_format}
    whole = await client.post("/v1/tts", json=body, headers=bearer)
    stream = await client.post("/v1/tts/stream", json=body, headers=bearer)
    assert (200, whole.content_type) == (stream.status_code, stream.content_type)
    assert '"calls";r=1;' in stream.headers["RateLimit"]
    if response_format == "pcm":
        assert await whole.get_data() == await stream.get_data()
    assert (1, 3000 - 2 * len(TEXT)) == await calls_left(client, bearer)


@pytest.mark.parametrize(
    ("form", "content_type"),
    [("audio", "audio/mpeg"), ("sse", "text/event-stream"), ("frames", "application/vnd.haoshuo.frames")],
)
async def test_the_first_sound_comes_first(
    client: Client, bearer: dict[str, str], engine: FakeEngine, form: str, content_type: str
) -> None:
    """It is sent before the second is made."""
    engine.delays = {SECOND: 60}
    async with streaming(client, bearer, stream_format=form) as connection:
        assert await connection.receive()
        assert 1 == engine.running
        await connection.disconnect()
    assert content_type == (await connection.as_response()).content_type


@pytest.mark.parametrize("knows", [True, False])
async def test_times_in_frames(client: Client, bearer: dict[str, str], engine: FakeEngine, *, knows: bool) -> None:
    """Sentences with any engine; characters, one for each of the text, if the engine knows them, and else null."""
    engine.knows_characters = knows
    body = {"text": TEXT, "stream_format": "frames", "timestamps": "character"}
    response = await client.post("/v1/tts/stream", json=body, headers=bearer)
    *frames, _ = parse_frames(await response.get_data(as_text=False))
    assert [FIRST, SECOND] == [sentence["text"] for header, _ in frames for sentence in header["sentences"]]
    for header, _ in frames:
        times = header["characters"]
        assert (len(header["text"]) if knows else None) == (times and len(times))
        assert not times or header["start_s"] == times[0][0] < times[-1][1] <= header["start_s"] + header["duration_s"]


async def test_what_fails_before_the_first_sound(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """It has a status of its own, and does not count."""
    engine.failures = {FIRST: EngineFailedError()}
    response = await client.post("/v1/tts/stream", json={"text": TEXT}, headers=bearer)
    assert (502, "synthesis_failed") == (response.status_code, (await response.get_json())["code"])
    assert (3, 3000) == await calls_left(client, bearer)


@pytest.mark.parametrize(
    ("failure", "code", "sentence"),
    [
        (EngineFailedError(), "synthesis_failed", "The speech could not be made"),
        (
            BadTakeError(Fault.RUNAWAY),
            "speech_unusable",
            "The speech engine could not read this text properly; put it another way",
        ),
    ],
)
async def test_an_error_in_the_middle_is_told(
    client: Client, bearer: dict[str, str], engine: FakeEngine, failure: Exception, code: str, sentence: str
) -> None:
    """Where the form has a place for it; in the caller's language; what was sent counts."""
    engine.failures = {SECOND: failure}
    headers = bearer | {"Accept-Language": "en"}
    body = {"text": TEXT, "stream_format": "frames"}
    response = await client.post("/v1/tts/stream", json=body, headers=headers)
    (_, file), (error, _) = parse_frames(await response.get_data(as_text=False))
    assert file
    request_id = response.headers["X-Request-Id"]
    assert {"type": "error", "error": sentence, "code": code, "request_id": request_id} == error
    assert (2, 3000 - len(FIRST)) == await calls_left(client, bearer)


async def test_an_error_that_cannot_be_told(
    client: Client, bearer: dict[str, str], engine: FakeEngine, audit_lines: Lines
) -> None:
    """Bare audio stops without its end, is recorded with its code, and what was sent counts."""
    engine.failures = {SECOND: EngineFailedError()}
    with capture_logs() as logs:
        async with streaming(client, bearer) as connection:
            await first_sound(connection)
    assert not [line for line in logs if line["log_level"] == "error"]
    assert (2, 3000 - len(FIRST)) == await calls_left(client, bearer)
    (line,) = await audit_lines()
    assert (200, "synthesis_failed") == (line["status"], line["code"])
    assert len(FIRST) * 0.01 + 0.35 == pytest.approx(line["audio_s"])


async def test_who_leaves_frees_the_engine(
    client: Client, bearer: dict[str, str], engine: FakeEngine, audit_lines: Lines
) -> None:
    """A reader that vanishes leaves nothing running, and pays for what was sent."""
    engine.delays = {SECOND: 60}
    async with streaming(client, bearer) as connection:
        await first_sound(connection)
        await connection.disconnect()
    await until(lambda: engine.running == 0)
    assert (2, 3000 - len(FIRST)) == await calls_left(client, bearer)
    (line,) = await audit_lines()
    assert (499, "client_gone") == (line["status"], line["code"])


async def test_memory_for_sounds_is_bounded(
    make_settings: Callable[..., Settings], bearer: dict[str, str], engine: FakeEngine
) -> None:
    """While what is made for other streams takes all the memory that it may, one is told to come back, and is free."""
    engine.delays = {SECOND: 60}
    async with running(make_settings(audio_memory_mb=1), engine) as client:
        async with streaming(client, bearer) as connection:
            await first_sound(connection)
            refused = await client.post("/v1/tts/stream", json={"text": TEXT}, headers=bearer)
            await connection.disconnect()
        assert (503, "overloaded") == (refused.status_code, (await refused.get_json())["code"])
        assert (2, 3000 - len(FIRST)) == await calls_left(client, bearer)


async def test_the_audit_log(client: Client, bearer: dict[str, str], audit_lines: Lines) -> None:
    """A stream is recorded when it has ended, with the length of its audio."""
    response = await client.post("/v1/tts/stream", json={"text": TEXT, "response_format": "pcm"}, headers=bearer)
    size = len(await response.get_data(as_text=False))
    (line,) = await audit_lines()
    assert (200, "ok", size, len(TEXT)) == (line["status"], line["code"], line["bytes"], line["text_length"])
    assert size / 48000 == pytest.approx(line["audio_s"], abs=1e-3)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": ""}, "text_empty"),
        ({"stream_format": "mp3"}, "invalid_stream_format"),
        ({"stream_format": None}, "invalid_stream_format"),
        ({"response_format": "m4b"}, "invalid_format"),
        ({"stream": True}, "unknown_field"),
        ({"timestamps": "word", "stream_format": "frames"}, "invalid_timestamps"),
        ({"timestamps": "sentence"}, "invalid_timestamps"),
        ({"timestamps": "character", "stream_format": "sse"}, "invalid_timestamps"),
    ],
)
async def test_bad_input(client: Client, bearer: dict[str, str], fields: dict[str, Any], code: str) -> None:
    """What is wrong is said as for a whole answer, and is free."""
    response = await client.post("/v1/tts/stream", json={"text": TEXT, **fields}, headers=bearer)
    assert (400, code) == (response.status_code, (await response.get_json())["code"])
    assert (3, 3000) == await calls_left(client, bearer)


async def test_a_stream_needs_a_token(client: Client) -> None:
    """As every call does."""
    assert 401 == (await client.post("/v1/tts/stream", json={"text": TEXT})).status_code


async def test_a_reader_that_is_waited_for_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """In all, over the pieces of a stream, not for each of them."""
    monkeypatch.setattr(streaming_module, "SENDING_S", 0.1)
    reader = Reader()
    for _ in range(2):
        with reader.waited_for(audio_s=0.05):
            await asyncio.sleep(0.05)
    with pytest.raises(asyncio.CancelledError), reader.waited_for(audio_s=0.05):
        await asyncio.sleep(5)
