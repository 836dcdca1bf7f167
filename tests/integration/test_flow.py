import asyncio
import io
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import aiohttp
import av
import jwt
import numpy as np
import pytest
from tritonclient.grpc.aio import InferenceServerClient

from compose import credentials
from compose.local.stack import Stack
from tests.fakes.wechat import FakeWeChat
from tests.support.audio import Speech, decode
from tests.support.triton import counts

Login = Callable[..., Awaitable[dict[str, str]]]
SENTENCE = "欢迎使用好说语音合成服务。"


async def _speak(edge: aiohttp.ClientSession, headers: dict[str, str], text: str, **fields: object) -> Speech:
    async with edge.post("/tts", json={"text": text, **fields}, headers=headers) as response:
        assert response.status == 200, await response.text()
        return decode(await response.read())


async def test_the_whole_flow_of_the_article(edge: aiohttp.ClientSession, wechat: FakeWeChat) -> None:
    """A wx.login code becomes a token, the token and a text become a WAV with Content-Length, all through TLS."""
    code = f"lily.{uuid4().hex}"
    async with edge.post("/login", json={"code": code}) as response:
        answer = await response.json()
    assert (3600, "Bearer") == (answer["expires_in"], answer["token_type"])
    assert 1 == wechat.seen[code]

    body = {"text": "欢迎使用IndexTTS2语音合成服务", "emotion": "happy", "speed": 1.0}
    async with edge.post("/tts", json=body, headers={"Authorization": f"Bearer {answer['token']}"}) as response:
        audio = await response.read()
    assert (200, "audio/wav") == (response.status, response.headers["Content-Type"])
    assert str(len(audio)) == response.headers["Content-Length"]
    assert 2 < decode(audio).seconds < 8


@pytest.mark.parametrize("path", ["/tts", "/v1/tts"])
async def test_the_versioned_paths_are_the_same(edge: aiohttp.ClientSession, login: Login, path: str) -> None:
    """/v1/tts answers as /tts does."""
    async with edge.post(path, json={"text": "你好"}, headers=await login()) as response:
        assert (200, "audio/wav") == (response.status, response.headers["Content-Type"])


@pytest.mark.parametrize(("name", "media_type"), [("mp3", "audio/mpeg"), ("m4a", "audio/mp4"), ("opus", "audio/ogg")])
async def test_compressed_speech(edge: aiohttp.ClientSession, login: Login, name: str, media_type: str) -> None:
    """The same speech in a tenth of the bytes or so, as long, with the type and the name that a player goes by."""
    headers, sizes = await login(), []
    for form in ("wav", name):
        async with edge.post("/tts", json={"text": SENTENCE, "response_format": form}, headers=headers) as response:
            audio, answer = await response.read(), response
        sizes.append(len(audio))
        assert str(len(audio)) == answer.headers["Content-Length"]
        durations = answer.headers["X-Audio-Duration"]
    assert (200, media_type) == (answer.status, answer.headers["Content-Type"])
    assert f'inline; filename="speech.{name}"' == answer.headers["Content-Disposition"]
    assert sizes[1] < sizes[0] / 4
    with av.open(io.BytesIO(audio), "r") as container:
        seconds = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    assert float(durations) == pytest.approx(seconds, abs=0.05)  # a frame


async def test_speech_sounds_like_speech(edge: aiohttp.ClientSession, login: Login) -> None:
    """A woman's voice at a normal pace and level, finite and not clipped."""
    speech = await _speak(edge, await login(), SENTENCE)
    assert 24000 == speech.rate
    assert 1.8 < speech.seconds < 5
    assert 0.03 < speech.level < 0.5
    assert 150 < speech.pitch < 350
    assert np.abs(speech.samples).max() < 0.999


async def test_speed_changes_duration_and_not_pitch(edge: aiohttp.ClientSession, login: Login) -> None:
    """Speed 2.0 takes half the time, 0.5 twice the time, at the same pitch."""
    headers = await login()
    slow, plain, fast = [await _speak(edge, headers, SENTENCE, speed=speed) for speed in (0.5, 1.0, 2.0)]
    assert plain.seconds * 2 == pytest.approx(slow.seconds, rel=0.15)
    assert plain.seconds / 2 == pytest.approx(fast.seconds, rel=0.15)
    assert plain.pitch == pytest.approx(slow.pitch, rel=0.12)
    assert plain.pitch == pytest.approx(fast.pitch, rel=0.12)


async def test_emotions_are_audible(edge: aiohttp.ClientSession, login: Login) -> None:
    """Happy is higher and quicker than neutral, sad is lower, slower and softer; a vector does the same as its name."""
    headers = await login()
    neutral = await _speak(edge, headers, SENTENCE)
    happy = await _speak(edge, headers, SENTENCE, emotion="happy")
    sad = await _speak(edge, headers, SENTENCE, emotion="sad")
    assert happy.pitch > neutral.pitch * 1.03 > sad.pitch * 1.03
    assert happy.seconds < neutral.seconds < sad.seconds
    assert sad.level < neutral.level
    vector = await _speak(edge, headers, SENTENCE, emotion=[1.0, 0, 0, 0, 0, 0, 0, 0])
    assert np.array_equal(happy.samples, vector.samples)


async def test_a_long_text_is_spoken_whole_and_in_order(edge: aiohttp.ClientSession, login: Login) -> None:
    """A text of many sentences is as long as its sentences and pauses together, and begins with the first one."""
    headers = await login()
    sentences = [f"这是第{number}句话，后面还有很多句。" for number in "一二三四五六"]
    first, whole = await _speak(edge, headers, sentences[0]), await _speak(edge, headers, "".join(sentences))
    assert 6 * first.seconds * 0.9 < whole.seconds < 6 * (first.seconds + 0.6)
    assert np.allclose(first.samples, whole.samples[: len(first.samples)], atol=1e-3)


async def test_a_mixed_text_is_spoken(edge: aiohttp.ClientSession, login: Login) -> None:
    """Numbers, dates, English, traditional characters, emoji and kana in one text make speech, not an error."""
    text = "今天是2026-11-23，氣溫-5℃，股价涨了3.5%，花了¥1,299.00！😀 Hello WeChat，打13812345678。ありがとう〇"
    assert (await _speak(edge, await login(), text)).seconds > 10


async def test_a_text_of_symbols_only_is_a_400(edge: aiohttp.ClientSession, login: Login) -> None:
    """Text with nothing to pronounce is a clear error, and counts like any other call."""
    headers = await login()
    async with edge.post("/tts", json={"text": "😀😀……"}, headers=headers) as response:
        assert (400, "nothing_to_speak") == (response.status, (await response.json())["code"])
    async with edge.post("/tts", json={"text": "好"}, headers=headers) as response:
        assert response.headers["RateLimit"].startswith('"calls";r=8;')


async def test_a_thousand_characters_are_spoken(edge: aiohttp.ClientSession, login: Login) -> None:
    """The longest text of one call is answered within a mini-program's default timeout of 60 seconds."""
    text = "".join(f"第{i}段的内容不太一样，一共有很多段呢。" for i in range(60))[:1000]
    began = time.monotonic()
    speech = await _speak(edge, await login(), text)
    assert speech.seconds > 120
    assert time.monotonic() - began < 60


async def test_a_client_that_goes_away_cancels_its_work(
    login: Login, stack: Stack, triton: InferenceServerClient
) -> None:
    """After the client hangs up, no further segment of its text is synthesised."""
    headers = await login()
    text = "".join(f"甲乙丙丁第{i}句，说完了还有下一句在等着。" for i in range(45))
    body = json.dumps({"text": text}).encode()
    head = {"Host": "localhost", "Content-Type": "application/json", "Content-Length": len(body), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    tls = credentials.client_context(stack.ca)
    _, writer = await asyncio.open_connection("localhost", stack.settings.edge_port, ssl=tls)
    started = await counts(triton, "acoustic")
    writer.write(f"POST /tts HTTP/1.1\r\n{lines}\r\n".encode() + body)
    await asyncio.sleep(1.5)
    writer.transport.abort()
    await asyncio.sleep(2)  # what is being worked on is finished
    before = await counts(triton, "acoustic")
    assert 0 < before[0] - started[0] < 45
    await asyncio.sleep(2)
    assert before == await counts(triton, "acoustic")
    line = _audit(stack)[-1]
    assert (499, "client_gone") == (line["status"], line["code"])


async def test_the_audit_log_tells_what_happened_and_no_more(
    edge: aiohttp.ClientSession, login: Login, stack: Stack
) -> None:
    """One line per call, with a hashed user and at most half of the text; no openid, token or text in any log."""
    name, text = f"auditee{uuid4().hex}", f"请记录这一次{uuid4().int}调用的情况"
    headers = await login(name)
    async with edge.post("/tts", json={"text": text, "emotion": "calm"}, headers=headers) as response:
        size, request_id = len(await response.read()), response.headers["X-Request-Id"]
    await asyncio.sleep(0.5)
    (line,) = [line for line in _audit(stack) if line["request_id"] == request_id]
    expected = {"text_length": len(text), "emotion": "calm", "status": 200, "code": "ok", "bytes": size}
    assert expected == {key: line[key] for key in expected}
    assert line["audio_s"] > 1
    assert text.startswith(line["text_summary"])
    logs = "".join(path.read_text(errors="replace") for path in stack.log_dir.iterdir())
    token = headers["Authorization"].removeprefix("Bearer ")
    for secret in (name, text, token, jwt.decode(token, options={"verify_signature": False})["sub"]):
        assert secret not in logs


async def test_a_login_code_is_sent_to_wechat_once(edge: aiohttp.ClientSession, wechat: FakeWeChat) -> None:
    """A code that is posted many times at once, to two API processes, reaches WeChat a single time."""
    code = f"double-tap.{uuid4().hex}"

    async def post() -> int:
        async with edge.post("/login", json={"code": code}) as response:
            return response.status

    statuses = await asyncio.gather(*(post() for _ in range(10)))
    assert [200] + [400] * 9 == sorted(statuses)
    assert 1 == wechat.seen[code]


def _audit(stack: Stack) -> list[dict[str, Any]]:
    files = sorted(stack.log_dir.glob("audit-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]
