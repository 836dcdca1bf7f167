"""Dictation over HTTP."""

from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client

from api.synthesis.calls import Delivery
from api.synthesis.segments import Segment
from tests.fakes.engine import FakeEngine


async def say(client: Client, bearer: dict[str, str], path: str, text: str, dictation: object) -> Any:
    response = await client.post(
        path, json={"input" if "audio" in path else "text": text, "dictation": dictation}, headers=bearer
    )
    await response.get_data()
    return response


@pytest.mark.parametrize("path", ["/tts", "/v1/tts/stream", "/v1/tts/timestamps", "/v1/audio/speech"])
async def test_dictation(client: Client, bearer: dict[str, str], engine: FakeEngine, path: str) -> None:
    """What is read twice is heard twice, the second time slowly, and counts twice."""
    before = (await (await client.get("/v1/limits", headers=bearer)).get_json())["limits"][1]["remaining"]
    assert 200 == (await say(client, bearer, path, "春天 夏天", {"write_s": 0.5})).status_code
    assert ["春天", "春天", "夏天", "夏天"] == [utterance.text for utterance in engine.spoken]
    assert [1.0, 0.75, 1.0, 0.75] == [utterance.speed for utterance in engine.spoken]
    after = (await (await client.get("/v1/limits", headers=bearer)).get_json())["limits"][1]["remaining"]
    assert 2 * len("春天夏天") == before - after


@pytest.mark.parametrize("dictation", [True, [], {"repeat": 6}, {"repeat": 2.5}, {"gap_s": -1}, {"gaps": 1}])
async def test_what_dictation_cannot_be(client: Client, bearer: dict[str, str], dictation: object) -> None:
    """Numbers out of range and unknown fields are refused."""
    response = await say(client, bearer, "/tts", "你好", dictation)
    assert (400, "invalid_dictation") == (response.status_code, (await response.get_json())["code"])


def test_delivery() -> None:
    """Of a stream that breaks off the text up to there counts, or what was spoken if it is more."""
    delivery, counts = Delivery(), []
    for segment in [Segment("春天", 1, 3, 0), Segment("春天", 1, 3, 0), Segment("‹夏|XIA4›天", 4, 12, 0)]:
        delivery.add(segment)
        counts.append(delivery.characters)
    assert [3, 4, 12] == counts
