"""Whatever the address and the form of the answer, what is spoken is labelled, and the audit trail knows the label."""

import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from quart.typing import TestClientProtocol as Client

from api.engine.errors import EngineFailedError
from api.labels.notice import NOTICE, SPEED
from api.settings import Settings
from tests.fakes.engine import RATE, FakeEngine
from tests.support.app import running
from tests.support.frames import parse_frames
from tests.support.labels import signed

TEXT = "今天天气非常好，我们一起去公园。你想不想跟我们一起去呢？"
Lines = Callable[[], Any]


@pytest.fixture(autouse=True)
def _several_segments(engine: FakeEngine) -> None:
    engine.max_segment_characters = 20


@pytest.mark.parametrize("response_format", ["wav", "m4a"])
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


async def samples(client: Client, bearer: dict[str, str], **fields: Any) -> NDArray[np.int16]:
    """Of an answer, which says how many they are."""
    response = await client.post("/tts", json={"text": TEXT, "response_format": "pcm", **fields}, headers=bearer)
    data = np.frombuffer(await response.get_data(as_text=False), np.int16)
    assert len(data) / RATE == pytest.approx(float(response.headers["X-Audio-Duration"]), abs=1e-3)
    return data


@pytest.mark.parametrize(("label", "seconds"), [("rhythm", 1.7), ("notice", len(NOTICE.text) * 0.01 / SPEED + 0.6)])
async def test_a_label_that_is_heard(
    client: Client, bearer: dict[str, str], audit_lines: Lines, label: str, seconds: float
) -> None:
    """It comes before speech that is otherwise the same, costs no characters, and is recorded."""
    plain, labelled = await samples(client, bearer), await samples(client, bearer, label=label)
    assert len(labelled) - len(plain) == pytest.approx(seconds * RATE, abs=1)
    assert np.array_equal(plain, labelled[-len(plain) :])
    assert np.abs(labelled[: RATE // 10]).max() > 1000
    limits = (await (await client.get("/v1/limits", headers=bearer)).get_json())["limits"]
    assert [1, 3000 - 2 * len(TEXT)] == [limit["remaining"] for limit in limits]
    assert ["none", label] == [line["label"] for line in await audit_lines()]


async def test_the_notice_is_spoken_plainly(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """By the same voice, whatever the speed and the emotion of the text."""
    await samples(client, bearer, label="notice", speed=2, emotion="angry")
    notice, *text = engine.spoken
    assert (NOTICE.text, "baker", SPEED, (0.0,) * 8) == (notice.text, notice.voice, notice.speed, notice.emotion)
    assert {2.0} == {utterance.speed for utterance in text}


@pytest.mark.parametrize("label", ["rhythm", "notice"])
async def test_the_frame_of_a_label(client: Client, bearer: dict[str, str], label: str) -> None:
    """It says what it is, has no text, and moves the times of what follows."""
    body = {"text": TEXT, "stream_format": "frames", "timestamps": "character", "label": label}
    response = await client.post("/v1/tts/stream", json=body, headers=bearer)
    *frames, (done, _) = parse_frames(await response.get_data(as_text=False))
    (first, file), (second, _), (third, _) = frames
    assert (label, "", 0, 0, []) == (first["label"], first["text"], first["start"], first["end"], first["sentences"])
    assert signed(file)["ProduceID"] == response.headers["X-Request-Id"]
    length = round(first["duration_s"] + first["pause_s"], 3)
    assert (0, pytest.approx(length, abs=2e-3)) == (second["start"], second["start_s"])
    assert second["sentences"][0]["start_s"] >= length
    assert TEXT == second["text"] + third["text"]
    assert "label" not in second | third
    assert 3 == done["segments"]


async def test_times_of_labelled_speech(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """They are those without a label, and later."""
    engine.knows_characters = True
    answers = [
        await (await client.post("/v1/tts/timestamps", json={"text": TEXT, **fields}, headers=bearer)).get_json()
        for fields in ({}, {"label": "rhythm"})
    ]
    plain, labelled = (np.array(answer["characters"]) for answer in answers)
    assert np.allclose(plain + 1.7, labelled, atol=2e-3)
    starts, later = ([one["start_s"] for one in answer["sentences"]] for answer in answers)
    assert [start + 1.7 for start in starts] == pytest.approx(later, abs=2e-3)


@pytest.mark.parametrize("label", ["rhythm", "notice"])
@pytest.mark.parametrize("form", ["audio", "frames", "sse"])
async def test_what_fails_before_the_first_sound_of_the_text(
    client: Client, bearer: dict[str, str], engine: FakeEngine, form: str, label: str
) -> None:
    """A stream that could say nothing but its label has an error's status, and is free."""
    engine.failures = {"今天": EngineFailedError()}
    body = {"text": TEXT, "stream_format": form, "label": label}
    response = await client.post("/v1/tts/stream", json=body, headers=bearer)
    assert (502, "synthesis_failed") == (response.status_code, (await response.get_json())["code"])
    limits = (await (await client.get("/v1/limits", headers=bearer)).get_json())["limits"]
    assert [3, 3000] == [limit["remaining"] for limit in limits]


async def test_a_service_that_requires_a_label(
    make_settings: Callable[..., Settings], bearer: dict[str, str], audit_lines: Lines
) -> None:
    """Calls that say nothing have it, on OpenAI's addresses too; one that wants none is refused for free."""
    settings = make_settings(aigc_label="rhythm", aigc_label_required=True)
    async with running(settings, FakeEngine()) as client:
        response = await client.post("/v1/audio/speech", json={"input": TEXT}, headers=bearer)
        refused = await client.post("/tts", json={"text": TEXT, "label": "none"}, headers=bearer)
        batch = await client.post(
            "/v1/audio/speech/batch",
            json={"items": [{"input": "好"}, {"input": "好", "label": "none"}]},
            headers=bearer,
        )
        assert '"calls";r=2;' in response.headers["RateLimit"]
    assert (400, "label_required") == (refused.status_code, (await refused.get_json())["code"])
    error = (await batch.get_json())["error"]
    assert (400, "label_required", "label") == (batch.status_code, error["code"], error["param"])
    assert ["rhythm"] == [line["label"] for line in await audit_lines() if line["status"] == 200]


@pytest.mark.parametrize("label", ["beep", "", 1, True, ["rhythm"]])
async def test_bad_labels(client: Client, bearer: dict[str, str], label: Any) -> None:
    """They are refused by name."""
    response = await client.post("/tts", json={"text": TEXT, "label": label}, headers=bearer)
    assert (400, "invalid_label") == (response.status_code, (await response.get_json())["code"])


def test_a_policy_that_contradicts_itself(make_settings: Callable[..., Settings]) -> None:
    """To require a label and have none is refused when the service starts."""
    with pytest.raises(ValueError, match="HAOSHUO_AIGC_LABEL_REQUIRED, HAOSHUO_AIGC_LABEL=none"):
        make_settings(aigc_label_required=True)
