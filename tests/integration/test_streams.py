"""Streams of the real voice through the whole stack."""

import re
from collections.abc import Awaitable, Callable

import aiohttp
import numpy as np
import pytest

from api.audio.formats import FORMATS
from api.engine.errors import Fault
from compose.local.stack import Stack
from tests.support.files import decode
from tests.support.frames import parse_frames
from tests.support.speech_socket import PATH, SpeechSocket

Login = Callable[..., Awaitable[dict[str, str]]]
TEXT = "今天天气真好，我们去公园散步吧。你想吃什么？晚上一起看电影，好不好？"
HARD = """好。
哈哈哈哈哈哈哈哈哈哈哈哈！
好的好的好的好的，好的，好的，好的，好的，好的。
一二三四五，一、二、三、四、五。
高高兴兴、快快乐乐、平平安安，研究研究，讨论讨论。
四是四，十是十，十四是十四，四十是四十。
我爱你，我爱你，我爱你，我爱你，我爱你，我爱你！
2026年，$1,234,567.89，-5℃，99.99%，13800138000，192.168.1.1。
WWW.WECHAT.COM，API、GPU、CPU、HTTP、URL、USB。
Hello, how are you today? supercalifragilisticexpialidocious
嗯……啊！！！！！！！
W"""
RATE = 24000


async def _speak(edge: aiohttp.ClientSession, path: str, headers: dict[str, str], **fields: str) -> bytes:
    async with edge.post(path, json={"text": TEXT, **fields}, headers=headers) as response:
        assert 200 == response.status, await response.text()
        return await response.read()


async def test_a_stream_is_the_whole_answer(edge: aiohttp.ClientSession, login: Login) -> None:
    """Sample for sample: the text is cut alike, and the pauses are the same."""
    headers = await login()
    whole = await _speak(edge, "/v1/tts", headers, response_format="pcm")
    assert whole == await _speak(edge, "/v1/tts/stream", headers, response_format="pcm")


async def test_a_text_that_is_written_is_the_whole_answer(edge: aiohttp.ClientSession, login: Login) -> None:
    """Sample for sample, though it comes in pieces, over a WebSocket; the token comes in its first message."""
    headers = await login()
    whole = await _speak(edge, "/v1/tts", headers, response_format="pcm")
    async with edge.ws_connect(PATH) as websocket:
        socket = SpeechSocket(websocket.send_str, lambda: _receive(websocket))
        token = headers["Authorization"].removeprefix("Bearer ")
        await socket.tell("session.config", token=token, response_format="pcm")
        await socket.write(*(TEXT[start : start + 3] for start in range(0, len(TEXT), 3)))
        heard = await socket.hear()
    assert [] == heard.errors
    assert whole == b"".join(heard.files)


async def _receive(websocket: aiohttp.ClientWebSocketResponse) -> str | bytes:
    data: str | bytes = (await websocket.receive(timeout=60)).data
    return data


@pytest.mark.parametrize("name", ["mp3", "m4a", "opus"])
async def test_a_stream_plays(edge: aiohttp.ClientSession, login: Login, name: str) -> None:
    """A compressed stream is as long as the speech, and as loud."""
    headers = await login()
    form = FORMATS[name]
    pcm = np.frombuffer(await _speak(edge, "/v1/tts", headers, response_format="pcm"), np.int16) / 32768
    heard = decode(await _speak(edge, "/v1/tts/stream", headers, response_format=name), form, RATE)
    assert 0 <= heard.size - pcm.size < 0.1 * RATE
    assert np.std(pcm) == pytest.approx(np.std(heard), rel=0.1)


async def test_nothing_that_the_voice_says_is_refused(stack: Stack, login: Login) -> None:
    """Words that repeat themselves, numbers, letters, symbols, single syllables, also twice as fast: no take is bad."""
    headers = await login()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{stack.settings.api_ports[0]}") as api:
        for speed in (1.0, 2.0):
            async with api.post("/tts", json={"text": HARD, "speed": speed}, headers=headers) as response:
                assert 200 == response.status, await response.text()
        async with api.get("/metrics") as response:
            takes = re.findall(r"^haoshuo_bad_takes_total{.*} (.*)$", await response.text(), re.MULTILINE)
    assert ["0.0"] * len(Fault) == takes


async def test_frames_follow_each_other(edge: aiohttp.ClientSession, login: Login) -> None:
    """Each frame is an mp3 of its own, of a part of the text that begins where the one before ended."""
    data = await _speak(edge, "/v1/tts/stream", await login(), stream_format="frames")
    *frames, (done, _) = parse_frames(data)
    headers = [header for header, _ in frames]
    assert len(headers) > 1
    assert TEXT == "".join(header["text"] for header in headers)
    assert all(TEXT[header["start"] : header["end"]] == header["text"] for header in headers)
    at_s = 0.0
    for header, file in frames:
        assert at_s == pytest.approx(header["start_s"], abs=2e-3)
        seconds = header["duration_s"] + header["pause_s"]
        assert seconds == pytest.approx(decode(file, FORMATS["mp3"], RATE).size / RATE, abs=2e-3)
        at_s += seconds
    assert ("done", len(frames)) == (done["type"], done["segments"])
    assert at_s == pytest.approx(done["duration_s"], abs=5e-3)
