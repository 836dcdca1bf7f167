"""Input hygiene over HTTP."""

from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client

from tests.fakes.engine import FakeEngine

PATHS = {"/tts": "text", "/v1/tts/stream": "text", "/v1/tts/timestamps": "text", "/v1/audio/speech": "input"}


async def say(client: Client, bearer: dict[str, str], text: str, path: str = "/tts", **fields: Any) -> Any:
    response = await client.post(path, json={PATHS[path]: text, **fields}, headers=bearer)
    await response.get_data()
    return response


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("fields", "spoken"),
    [
        ({}, "重要：E等于m c的平方 [1]苹果"),
        ({"clean": True}, "重要：E等于m c的平方 [1]苹果"),
        ({"clean": False}, "**重要**：$E=mc^2$👍[1]苹果"),
        ({"clean": {"latex": False, "emoji": "name", "brackets": "skip"}}, "重要：$E=mc^2$，拇指向上，苹果"),
    ],
)
async def test_clean(
    client: Client, bearer: dict[str, str], engine: FakeEngine, path: str, fields: dict[str, Any], spoken: str
) -> None:
    """By default at every address, as a whole or kind by kind."""
    assert 200 == (await say(client, bearer, "**重要**：$E=mc^2$👍[1]苹果", path, **fields)).status_code
    assert [spoken] == [utterance.text for utterance in engine.spoken]


@pytest.mark.parametrize("clean", [None, 1, "yes", [], {"urls": "read"}, {"emojis": "skip"}, {"markdown": 1}])
async def test_what_clean_cannot_be(client: Client, bearer: dict[str, str], clean: object) -> None:
    """Kinds and ways that do not exist are refused."""
    response = await say(client, bearer, "你好", clean=clean)
    assert (400, "invalid_clean") == (response.status_code, (await response.get_json())["code"])


async def test_ssml(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """What stands in SSML is cleaned, too, but it has no Markdown."""
    await say(client, bearer, "<speak>**好** $x^2$，<voice name='default'>a.b@c.com</voice></speak>")
    assert ["**好** x的平方，a点b艾特c点com"] == [utterance.text for utterance in engine.spoken]


async def test_inspected(client: Client, bearer: dict[str, str]) -> None:
    """What will be read is known beforehand."""
    body = {"text": "**行长**，$x^2$", "glossary": {"行长": "老大"}, "clean": {"latex": False}}
    answer = await (await client.post("/v1/inspect", json=body, headers=bearer)).get_json()
    assert ("老大，$x^2$", "**行长**，$x^2$") == (answer["normalized"], answer["text"])


async def test_nothing_left(client: Client, bearer: dict[str, str]) -> None:
    """A text of which nothing is left has nothing to speak."""
    response = await say(client, bearer, "https://a.com/b ![](a.png)", clean={"urls": "skip"})
    assert (400, "nothing_to_speak") == (response.status_code, (await response.get_json())["code"])
