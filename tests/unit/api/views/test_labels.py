"""Whatever the address and the form of the answer, what is spoken is labelled, and the audit trail knows the label."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client

from api.settings import Settings
from tests.fakes.engine import FakeEngine
from tests.support.app import running
from tests.support.frames import parse_frames
from tests.support.labels import signed

TEXT = "今天天气非常好，我们一起去公园。你想不想跟我们一起去呢？"
Lines = Callable[[], Any]


@pytest.fixture(autouse=True)
def _several_segments(engine: FakeEngine) -> None:
    engine.max_segment_characters = 20


@pytest.mark.parametrize("response_format", ["wav", "mp3", "aac", "m4a", "opus", "flac"])
@pytest.mark.parametrize(
    ("path", "field"), [("/tts", "text"), ("/v1/tts/stream", "text"), ("/v1/audio/speech", "input")]
)
async def test_files(
    client: Client, bearer: dict[str, str], audit_lines: Lines, path: str, field: str, response_format: str
) -> None:
    """In the file and in a header: the producer of the settings, and the id under which the call is recorded."""
    response = await client.post(path, json={field: TEXT, "response_format": response_format}, headers=bearer)
    label = signed(await response.get_data(as_text=False))
    request_id = response.headers["X-Request-Id"]
    assert ("1", "haoshuo", request_id) == (label["Label"], label["ContentProducer"], label["ProduceID"])
    assert {"AIGC": label} == json.loads(response.headers["X-AIGC"])
    (line,) = await audit_lines()
    assert request_id == line["produce_id"]


async def test_a_format_without_a_place(client: Client, bearer: dict[str, str]) -> None:
    """The samples stay samples; the header has the label."""
    response = await client.post("/tts", json={"text": TEXT, "response_format": "pcm"}, headers=bearer)
    assert 2 * round((len(TEXT) * 0.01 + 0.35) * 24000) == len(await response.get_data(as_text=False))
    assert response.headers["X-Request-Id"] == json.loads(response.headers["X-AIGC"])["AIGC"]["ProduceID"]


async def test_frames(client: Client, bearer: dict[str, str]) -> None:
    """Each is a file, and has the label of the whole."""
    response = await client.post("/v1/tts/stream", json={"text": TEXT, "stream_format": "frames"}, headers=bearer)
    *frames, _ = parse_frames(await response.get_data(as_text=False))
    assert [response.headers["X-Request-Id"]] * 2 == [signed(file)["ProduceID"] for _, file in frames]


async def test_a_file_in_json(client: Client, bearer: dict[str, str]) -> None:
    """As one that is sent by itself."""
    response = await client.post("/v1/tts/timestamps", json={"text": TEXT}, headers=bearer)
    label = signed(base64.b64decode((await response.get_json())["audio"]))
    assert response.headers["X-Request-Id"] == label["ProduceID"]


async def test_a_batch(client: Client, bearer: dict[str, str], audit_lines: Lines) -> None:
    """Each item is content of its own, with an id and a line of its own."""
    body = {"items": [{"input": "你好"}, {"input": "再见", "response_format": "wav"}]}
    answer = await (await client.post("/v1/audio/speech/batch", json=body, headers=bearer)).get_json()
    labels = [signed(base64.b64decode(result["audio_data"])) for result in answer["results"]]
    expected = [f"{answer['id']}-0", f"{answer['id']}-1"]
    assert expected == [label["ProduceID"] for label in labels]
    assert expected == sorted(line["produce_id"] for line in await audit_lines())


async def test_an_operator_without_metadata(
    make_settings: Callable[..., Settings], bearer: dict[str, str], audit_lines: Lines
) -> None:
    """Who need not label files can leave it, and the audit trail shows it."""
    async with running(make_settings(aigc_metadata=False), FakeEngine()) as client:
        response = await client.post("/tts", json={"text": TEXT, "response_format": "mp3"}, headers=bearer)
    assert b"AIGC" not in await response.get_data(as_text=False)
    assert "X-AIGC" not in response.headers
    assert [None] == [line["produce_id"] for line in await audit_lines()]


@pytest.mark.parametrize("producer", ["好说", "my company", 'a"b', "a\\b", "x" * 65])
def test_a_producer_that_the_standard_does_not_allow(make_settings: Callable[..., Settings], producer: str) -> None:
    """It is refused when the service starts."""
    with pytest.raises(ValueError, match="aigc_producer"):
        make_settings(aigc_producer=producer)
