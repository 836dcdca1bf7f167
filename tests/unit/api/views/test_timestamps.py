"""`POST /v1/tts/timestamps` over HTTP: a file and its times in one answer; else as `/tts`."""

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client

from api.audio.formats import FORMATS
from api.engine.errors import EngineFailedError
from api.settings import Settings
from tests.fakes.engine import FakeEngine
from tests.support.app import running
from tests.support.files import decode
from tests.support.subtitles import parse_lrc, parse_srt, parse_vtt
from tests.support.waiting import until

FIRST, SECOND = "今天天气非常好，我们一起去公园。", "你想不想跟我们一起去看花呢？"
TEXT = FIRST + SECOND
Lines = Callable[[], Any]


@pytest.fixture(autouse=True)
def _knows(engine: FakeEngine) -> None:
    engine.max_segment_characters = 20
    engine.knows_characters = True


async def _asked(client: Client, bearer: dict[str, str], **fields: Any) -> dict[str, Any]:
    response = await client.post("/v1/tts/timestamps", json={"text": TEXT, **fields}, headers=bearer)
    answer: dict[str, Any] = await response.get_json()
    assert (200, "application/json") == (response.status_code, response.content_type), answer
    assert str(len(await response.get_data(as_text=False))) == response.headers["Content-Length"]
    assert '"calls";r=2;' in response.headers["RateLimit"]
    return answer


async def test_the_file_and_its_times(client: Client, bearer: dict[str, str]) -> None:
    """The file that `/tts` gives, what it is, when its sentences are heard and when each character is."""
    headers = bearer | {"X-Request-Id": "the-same-label"}
    answer = await _asked(client, headers, response_format="wav")
    plain = await client.post("/tts", json={"text": TEXT, "response_format": "wav"}, headers=headers)
    assert await plain.get_data(as_text=False) == base64.b64decode(answer["audio"], validate=True)
    assert (TEXT, "audio/wav", 24000) == (answer["text"], answer["media_type"], answer["sample_rate"])
    assert len(TEXT) * 0.01 + 0.35 == pytest.approx(answer["duration_s"], abs=1e-3)
    assert [FIRST, SECOND] == [sentence["text"] for sentence in answer["sentences"]]
    assert [(0, 16), (16, 30)] == [(sentence["start"], sentence["end"]) for sentence in answer["sentences"]]
    edges = [sentence[edge] for sentence in answer["sentences"] for edge in ("start_s", "end_s")]
    assert [0, 0.16, 0.51, 0.65] == pytest.approx(edges, abs=0.011)
    assert len(TEXT) == len(answer["characters"])
    assert [0.51, 0.65] == pytest.approx([answer["characters"][16][0], answer["characters"][-1][1]])
    assert "subtitles" not in answer


async def test_the_default_is_an_mp3(client: Client, bearer: dict[str, str]) -> None:
    """Since base64 makes a file larger still."""
    answer = await _asked(client, bearer)
    heard = decode(base64.b64decode(answer["audio"]), FORMATS["mp3"], answer["sample_rate"])
    assert "audio/mpeg" == answer["media_type"]
    assert answer["duration_s"] == pytest.approx(heard.size / 24000, abs=1e-3)


async def test_an_engine_that_knows_no_characters(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """There are sentences all the same; the characters are null."""
    engine.knows_characters = False
    answer = await _asked(client, bearer)
    assert [FIRST, SECOND] == [sentence["text"] for sentence in answer["sentences"]]
    assert answer["characters"] is None


@pytest.mark.parametrize("name", ["srt", "vtt", "lrc"])
async def test_subtitles(client: Client, bearer: dict[str, str], name: str) -> None:
    """In the same answer, with the times of the sentences."""
    answer = await _asked(client, bearer, subtitle_format=name)
    starts = [sentence["start_s"] for sentence in answer["sentences"]]
    if name == "lrc":
        lines = parse_lrc(answer["subtitles"])
        assert [FIRST, SECOND, ""] == [text for _, text in lines]
        assert [*starts, answer["sentences"][-1]["end_s"]] == pytest.approx([at for at, _ in lines], abs=0.005)
    else:
        cues = {"srt": parse_srt, "vtt": parse_vtt}[name](answer["subtitles"])
        assert [FIRST, SECOND] == [text for *_, text in cues]
        assert starts == pytest.approx([start_s for start_s, *_ in cues], abs=1e-3)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": ""}, "text_empty"),
        ({"subtitle_format": "ass"}, "invalid_subtitle_format"),
        ({"subtitle_format": ["srt"]}, "invalid_subtitle_format"),
        ({"response_format": "m4b"}, "invalid_format"),
        ({"timestamps": "character"}, "unknown_field"),
        ({"stream_format": "frames"}, "unknown_field"),
    ],
)
async def test_bad_input(client: Client, bearer: dict[str, str], fields: dict[str, Any], code: str) -> None:
    """What is wrong is said as for `/tts`, and is free."""
    for _ in range(4):
        response = await client.post("/v1/tts/timestamps", json={"text": TEXT, **fields}, headers=bearer)
        assert (400, code) == (response.status_code, (await response.get_json())["code"])


async def test_failures_are_given_back(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """As those of `/tts`."""
    engine.failures = {SECOND: EngineFailedError()}
    for _ in range(4):
        response = await client.post("/v1/tts/timestamps", json={"text": TEXT}, headers=bearer)
        assert (502, "synthesis_failed") == (response.status_code, (await response.get_json())["code"])


async def test_it_needs_a_token(client: Client) -> None:
    """As every call does."""
    assert 401 == (await client.post("/v1/tts/timestamps", json={"text": TEXT})).status_code


async def test_memory_is_bounded(make_settings: Callable[..., Settings], bearer: dict[str, str]) -> None:
    """While other answers take all the memory that they may, a call is told to come back."""
    engine = FakeEngine(delays={"长": 0.2})
    async with running(make_settings(audio_memory_mb=1), engine) as client:
        body = {"text": "长" * 60, "response_format": "wav"}
        first = asyncio.create_task(client.post("/v1/tts/timestamps", json=body, headers=bearer))
        await until(lambda: engine.running > 0)
        refused = await client.post("/v1/tts/timestamps", json=body, headers=bearer)
        assert 200 == (await first).status_code
        accepted = await client.post("/v1/tts/timestamps", json=body, headers=bearer)
    assert (503, "overloaded") == (refused.status_code, (await refused.get_json())["code"])
    assert 200 == accepted.status_code


async def test_the_audit_log(client: Client, bearer: dict[str, str], audit_lines: Lines) -> None:
    """A call is recorded with the length of its audio, and counted."""
    answer = await _asked(client, bearer)
    (line,) = await audit_lines()
    assert (200, "ok", len(TEXT)) == (line["status"], line["code"], line["text_length"])
    assert answer["duration_s"] == line["audio_s"]
