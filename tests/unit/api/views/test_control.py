"""How a text is said, over HTTP: what is asked for is heard in the samples, or reaches the engine."""

import io
import wave
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from quart.typing import TestClientProtocol as Client

from api.synthesis.emotions import PRESETS
from tests.fakes.engine import RATE, FakeEngine
from tests.support.frames import parse_frames

SPEECH = "/v1/audio/speech"
BESIDES = {"/v1/tts": {}, "/v1/tts/stream": {"response_format": "wav"}, SPEECH: {"response_format": "wav"}}


async def say(client: Client, bearer: dict[str, str], text: str, path: str = "/tts", **fields: Any) -> Any:
    name = "input" if path == SPEECH else "text"
    return await client.post(path, json={name: text, **BESIDES.get(path, {}), **fields}, headers=bearer)


async def samples(response: Any) -> NDArray[np.int16]:
    assert 200 == response.status_code, await response.get_data()
    with wave.open(io.BytesIO(await response.get_data(as_text=False))) as reader:
        return np.frombuffer(reader.readframes(2**31 // 2 - 1), np.int16)


@pytest.mark.parametrize("path", BESIDES)
async def test_manner(client: Client, bearer: dict[str, str], engine: FakeEngine, path: str) -> None:
    """Emotion, intensity, pitch and seed reach the engine at every address, the seed comes back."""
    fields = {"emotion": "sad", "intensity": 0.3, "pitch": 1.2, "seed": 42}
    response = await say(client, bearer, "你好，世界。", path, **fields)
    await response.get_data()
    (utterance,) = engine.spoken
    assert (0.3, 1.2, 42) == (utterance.intensity, utterance.pitch, utterance.seed)
    assert "42" == response.headers["X-Seed"]


async def test_another_take(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """`random` is another seed every time, which is told; without a seed there is none."""
    first, second = [(await say(client, bearer, "你好", seed="random")).headers["X-Seed"] for _ in range(2)]
    assert "X-Seed" not in (await say(client, bearer, "你好")).headers
    assert [int(first), int(second), None] == [utterance.seed for utterance in engine.spoken]
    assert first != second


async def test_the_seeds_of_a_batch(client: Client, bearer: dict[str, str]) -> None:
    """Each result tells its own."""
    body = {"items": [{"input": "一", "seed": 1}, {"input": "二"}]}
    response = await client.post(f"{SPEECH}/batch", json=body, headers=bearer)
    assert [1, None] == [result.get("seed") for result in (await response.get_json())["results"]]


@pytest.mark.parametrize("path", BESIDES)
async def test_volume(client: Client, bearer: dict[str, str], path: str) -> None:
    """Half of it is 6 dB softer, in every view."""
    loud, soft = [await samples(await say(client, bearer, "你好，世界。", path, volume=v)) for v in (1.0, 0.5)]
    assert 6.02 == pytest.approx(20 * np.log10(np.std(loud) / np.std(soft)), abs=0.01)


@pytest.mark.parametrize("path", BESIDES)
async def test_pauses(client: Client, bearer: dict[str, str], path: str) -> None:
    """They are heard where they stand, to the sample, at any speed."""
    heard = await samples(await say(client, bearer, "[pause:500ms]你好。[pause:0.25s]再见[pause:1s]", path, speed=2))
    edges = np.flatnonzero(np.diff((np.abs(heard) > 0).astype(int), prepend=0, append=0)) / RATE
    spoken_s = (0.015, 0.01)  # of three characters and of two, at that speed
    expected = [0.5, 0.5 + spoken_s[0], 0.75 + spoken_s[0], 0.75 + sum(spoken_s)]
    assert expected == pytest.approx([edges[0], edges[1], edges[-2], edges[-1]], abs=2e-3)
    assert 1.75 + sum(spoken_s) == pytest.approx(heard.size / RATE, abs=1e-3)


async def test_a_pause_that_is_too_long(client: Client, bearer: dict[str, str]) -> None:
    """It is told, with what is allowed, and does not count."""
    response = await say(client, bearer, "你好[pause:20s]")
    answer = await response.get_json()
    expected = (400, "invalid_pause", "每处停顿最长 10 秒，全文合计最长 300 秒")
    assert expected == (response.status_code, answer["code"], answer["error"])
    assert "RateLimit" not in response.headers


async def test_ssml(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """Several voices and manners in one text, at OpenAI's address, too; markup is charged as text."""
    document = """<speak><voice name="anna">你好。</voice><break time="500ms"/>
        <prosody rate="200%" volume="50%"><mstts:express-as style="sad">再见</mstts:express-as></prosody>。</speak>"""
    for path in BESIDES:
        response = await say(client, bearer, document, path)
        heard = await samples(response)
        assert round((0.03 + 0.5 + 0.015) * RATE) == heard.size
        assert 2.0 == pytest.approx(np.abs(heard[:720]).max() / np.abs(heard[-360:]).max(), abs=0.01)
        first, second = engine.spoken[-2:]
        assert ("你好。", "anna", 1.0, PRESETS["neutral"]) == (first.text, first.voice, first.speed, first.emotion)
        assert ("再见。", "baker", 2.0, PRESETS["sad"]) == (second.text, second.voice, second.speed, second.emotion)
    assert f'"characters";r={3000 - 3 * len(document)};' in response.headers["RateLimit"]


@pytest.mark.parametrize(
    ("text", "fields", "error"),
    [
        ("<speak>\n<audio/></speak>", {}, "SSML 第 2 行第 1 个字符处有误：不支持的标签：<audio>"),
        ("你好", {"input_type": "ssml"}, "SSML 第 1 行第 1 个字符处有误：XML 格式有误：syntax error"),
        ("<speak>" * 50, {}, "SSML 第 1 行第 225 个字符处有误：嵌套超过 32 层：<speak>"),
    ],
)
async def test_wrong_ssml(
    client: Client, bearer: dict[str, str], text: str, fields: dict[str, Any], error: str
) -> None:
    """It is told what is wrong and where, and it does not count."""
    response = await say(client, bearer, text, **fields)
    answer = await response.get_json()
    assert (400, "invalid_ssml", error) == (response.status_code, answer["code"], answer["error"])
    assert "RateLimit" not in response.headers
    openai = await (await say(client, {**bearer, "Accept-Language": "en"}, text, SPEECH, **fields)).get_json()
    assert ("invalid_ssml", "invalid_request_error") == (openai["error"]["code"], openai["error"]["type"])
    assert openai["error"]["message"].startswith("The SSML is not valid at line ")


async def test_ssml_that_says_nothing(client: Client, bearer: dict[str, str]) -> None:
    """Its markup is not spoken instead."""
    answer = await (await say(client, bearer, "<speak><break/></speak>")).get_json()
    assert "nothing_to_speak" == answer["code"]


async def test_what_looks_like_markup(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """Elsewhere it is text."""
    for text, fields in (("若 a<b 则 [注]", {}), ("<speak>好", {"input_type": "text"})):
        assert 200 == (await say(client, bearer, text, **fields)).status_code
        assert text == engine.spoken[-1].text


async def test_times_and_subtitles_of_ssml(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """Places are in the document as it was sent; subtitles show no markup."""
    engine.knows_characters = True
    document = '<speak><break time="0.3s"/>你好<break time="200ms"/>A&amp;B行(xíng)。</speak>'
    body = {"text": document, "subtitle_format": "srt"}
    answer = await (await client.post("/v1/tts/timestamps", json=body, headers=bearer)).get_json()
    first, second = answer["sentences"]
    assert ("你好", "A&amp;B行(xíng)。") == (first["text"], second["text"])
    assert second["text"] == document[second["start"] : second["end"]]
    assert ["你好", "A&B行。"] == [line for line in answer["subtitles"].splitlines() if "&" in line or "好" in line]
    times = answer["characters"]
    assert len(document) == len(times)
    heard = [character for character, (start_s, end_s) in zip(document, times, strict=True) if end_s > start_s]
    assert "你好AB行" == "".join(heard)
    assert 0.3 == times[document.index("你")][0]
    assert second["start_s"] - first["end_s"] == pytest.approx(0.2, abs=0.011)
    frames = {"text": document, "stream_format": "frames", "timestamps": "character"}
    data = await (await client.post("/v1/tts/stream", json=frames, headers=bearer)).get_data(as_text=False)
    told = [header for header, _ in parse_frames(data)[:-1]]
    assert [document[one["start"] : one["end"]] for one in told] == [one["text"] for one in told]
    for one in told:
        assert np.allclose(times[one["start"] : one["end"]], one["characters"], atol=2e-3)


async def test_the_audit_log_shows_words(client: Client, bearer: dict[str, str], audit_lines: Any) -> None:
    """The beginning of what was spoken rather than of its markup."""
    await say(client, bearer, '<speak version="1.0" xml:lang="zh-CN">今天天气非常好。</speak>')
    (line,) = await audit_lines()
    assert "今天天气" == line["text_summary"]
