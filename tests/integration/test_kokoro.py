"""The engine `kokoro`, the default, through the whole stack."""

import base64
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from compose.local.settings import LocalSettings
from compose.local.stack import Stack
from tests.integration.conftest import make_settings, running
from tests.support.audio import Speech, decode
from tests.support.frames import parse_frames

ENGINE = LocalSettings.model_fields["engine"].default
SENTENCE = "今天天气真好。"

Speak = Callable[..., Awaitable[Speech]]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own, with the engine and the voice that everybody gets who chooses none."""
    settings = make_settings(tmp_path_factory, env="dev", engine=ENGINE)
    with running(settings, HAOSHUO_HEALTHCHECK_INTERVAL_S="3600") as stack:
        yield stack


@pytest.fixture
async def headers(edge: aiohttp.ClientSession) -> dict[str, str]:
    """Of a new user."""
    async with edge.post("/login", json={"code": f"dev:{uuid4().hex}"}) as response:
        return {"Authorization": f"Bearer {(await response.json())['token']}"}


@pytest.fixture
def speak(edge: aiohttp.ClientSession, headers: dict[str, str]) -> Speak:
    async def speak(text: str, **fields: Any) -> Speech:
        async with edge.post("/tts", json={"text": text, **fields}, headers=headers) as response:
            assert response.status == 200, await response.text()
            return decode(await response.read())

    return speak


@pytest.mark.parametrize(
    ("text", "voice", "seconds"),
    [
        ("你好，世界。", "default", (0.8, 2.5)),
        ("Nice to meet you.", "heart", (0.6, 2.5)),
        ("今天的单词是 apple。", "default", (1.0, 4.0)),
    ],
    ids=["Mandarin", "English", "both"],
)
async def test_it_speaks(speak: Speak, text: str, voice: str, seconds: tuple[float, float]) -> None:
    """Mandarin, English, and one within the other: a WAV at 24 kHz of a plausible length, loud enough to be heard."""
    speech = await speak(text, voice=voice)
    assert 24000 == speech.rate
    assert seconds[0] < speech.seconds < seconds[1]
    assert speech.level > 0.02


async def test_a_mixture_lies_between_its_voices(speak: Speak) -> None:
    """Of a woman's and a man's voice: higher than the one and lower than the other."""
    low, mixed, high = [(await speak(SENTENCE, voice=voice)).pitch for voice in ("yunxi", "xiaoxiao+yunxi", "xiaoxiao")]
    assert 1.05 * low < mixed < high / 1.05


async def test_an_emotion_is_heard(speak: Speak) -> None:
    """Happy is higher, faster and louder than sad."""
    happy, sad = [await speak(SENTENCE, emotion=emotion) for emotion in ("happy", "sad")]
    assert happy.pitch > 1.08 * sad.pitch
    assert happy.seconds < 0.85 * sad.seconds
    assert happy.level > 1.2 * sad.level


async def test_characters_have_their_times(edge: aiohttp.ClientSession, headers: dict[str, str]) -> None:
    """Those of both languages, in order, within the speech; a full stop has no time of its own."""
    body = {"text": "她说 hello 再见。", "response_format": "wav"}
    async with edge.post("/v1/tts/timestamps", json=body, headers=headers) as response:
        answer = await response.json()
        assert 200 == response.status, answer
    times = [time for character in answer["characters"] for time in character]
    assert 2 * len(body["text"]) == len(times)
    assert sorted(times) == times
    assert 0 <= times[0] < times[-1] <= decode(base64.b64decode(answer["audio"])).seconds
    assert times[-2] == times[-1]


async def test_a_stream_is_the_whole_answer(edge: aiohttp.ClientSession, headers: dict[str, str]) -> None:
    """In a frame for each segment, sample for sample."""
    body = {"text": "今天天气真好，我们去公园散步吧。晚上一起看电影，好不好？", "response_format": "pcm"}
    async with edge.post("/v1/tts", json=body, headers=headers) as response:
        whole = await response.read()
    async with edge.post("/v1/tts/stream", json=body | {"stream_format": "frames"}, headers=headers) as response:
        frames = parse_frames(await response.read())
    assert ["audio", "audio", "done"] == [header["type"] for header, _ in frames]
    assert whole == b"".join(file for _, file in frames)


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"text": "こんにちは"}, "not_supported_by_engine"), ({"text": "你好", "voice": "nobody"}, "unknown_voice")],
)
async def test_what_it_cannot_say_is_told(
    edge: aiohttp.ClientSession, headers: dict[str, str], fields: dict[str, str], code: str
) -> None:
    """A language and a voice that the engine does not have are clear errors."""
    async with edge.post("/tts", json=fields, headers=headers) as response:
        assert (400, code) == (response.status, (await response.json())["code"])
