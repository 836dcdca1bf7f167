"""Voices are listed, and a name that is none of them is refused wherever a voice is named."""

from collections.abc import Callable
from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client

from api.settings import Settings
from api.synthesis.voices import OPENAI
from tests.fakes.engine import FakeEngine, voices_called
from tests.support.app import running

KNOWN = ("xiaoxiao", "yunxi", "nova")
XIAOXIAO = {
    "id": "xiaoxiao",
    "name": "Xiaoxiao",
    "language": "zh-CN",
    "gender": "female",
    "preview": "你好，我是xiaoxiao。",
}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(voices=voices_called(*KNOWN))


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings(voice="", voice_aliases="duo=xiaoxiao+yunxi")


async def listed(client: Client, path: str = "/v1/voices") -> dict[str, Any]:
    """For everybody."""
    answer: dict[str, Any] = await (await client.get(path)).get_json()
    return answer


async def test_the_voices_to_choose_from(client: Client) -> None:
    """Each with its language, gender and a text to hear it by, soon after the start."""
    told = await listed(client)
    assert (XIAOXIAO, [*KNOWN], "xiaoxiao") == (
        told["voices"][0],
        [voice["id"] for voice in told["voices"]],
        told["default"],
    )
    assert {"default": "xiaoxiao", "alloy": "xiaoxiao", "duo": "xiaoxiao+yunxi"}.items() <= told["aliases"].items()
    assert "nova" not in told["aliases"]


async def test_the_list_in_openwebui_s_form(client: Client) -> None:
    """Every name that may be said, with what is known of the voice that it means."""
    voices = {voice["id"]: voice for voice in (await listed(client, "/v1/audio/voices"))["voices"]}
    assert {*KNOWN, "default", "duo", *OPENAI} == {*voices}
    assert voices["alloy"] == XIAOXIAO | {"id": "alloy", "name": "alloy"}
    assert ("duo", None) == (voices["duo"]["name"], voices["duo"]["language"])


async def test_an_engine_that_lists_none(make_settings: Callable[..., Settings]) -> None:
    """Then the list is what the configuration names."""
    async with running(make_settings(voice="anna", voice_aliases="nova=ben"), FakeEngine()) as client:
        told = await listed(client)
        voices = (await listed(client, "/v1/audio/voices"))["voices"]
    assert ("anna", {"anna", "ben"}) == (told["default"], {voice["id"] for voice in told["voices"]})
    assert {"anna", "ben", "default", *OPENAI} == {voice["id"] for voice in voices}
    assert all(voice["name"] and voice["gender"] is None for voice in voices)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/tts", {"text": "你好", "voice": "xiaoxio"}, "voice"),
        ("/tts", {"text": "你好", "voice": "yunxi+xiaoxio"}, "voice"),
        ("/tts", {"text": "<speak><voice name='xiaoxio'>你好</voice></speak>"}, "voice"),
        ("/v1/tts/stream", {"text": "你好", "voice": "xiaoxio"}, "voice"),
        ("/v1/audio/speech", {"input": "你好", "voice": "xiaoxio"}, "voice"),
        (
            "/v1/audio/speech/batch",
            {"items": [{"input": "你好"}, {"input": "你好", "voice": "xiaoxio"}]},
            "items.1.voice",
        ),
    ],
)
async def test_an_unknown_voice(
    client: Client, bearer: dict[str, str], engine: FakeEngine, path: str, body: dict[str, Any], field: str
) -> None:
    """It is refused at once, before it counts or anything is spoken, and the nearest name is told."""
    response = await client.post(path, json=body, headers=bearer)
    told = await response.get_json()
    error = told["error"] if path.startswith("/v1/audio") else told
    assert (400, "unknown_voice") == (response.status_code, error["code"])
    assert "没有这个音色：xiaoxio (xiaoxiao?)" == error.get("message", told["error"])
    assert field == error.get("param", "voice")
    assert ("RateLimit" not in response.headers, []) == (True, engine.spoken)


async def test_a_mixture(
    client: Client, bearer: dict[str, str], engine: FakeEngine, audit_lines: Callable[[], Any]
) -> None:
    """It comes to the engine by its own names, from every place where a voice is named, and is audited by them."""
    for voice in ("duo", "default+yunxi", {"id": "echo+nova"}):
        assert 200 == (await client.post("/tts", json={"text": "你好", "voice": voice}, headers=bearer)).status_code
    assert ["xiaoxiao+yunxi", "default+yunxi", "default+nova"] == [utterance.voice for utterance in engine.spoken]
    audited = [line["voice"] for line in await audit_lines()]
    assert ["xiaoxiao+yunxi", "xiaoxiao+yunxi", "xiaoxiao+nova"] == audited
