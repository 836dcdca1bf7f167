"""Streams of the real voice through the whole stack."""

from collections.abc import Awaitable, Callable

import aiohttp
import numpy as np
import pytest

from api.audio.formats import FORMATS
from tests.support.files import decode
from tests.support.frames import parse_frames

Login = Callable[..., Awaitable[dict[str, str]]]
TEXT = "今天天气真好，我们去公园散步吧。你想吃什么？晚上一起看电影，好不好？"
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


@pytest.mark.parametrize("name", ["mp3", "m4a", "opus"])
async def test_a_stream_plays(edge: aiohttp.ClientSession, login: Login, name: str) -> None:
    """A compressed stream is as long as the speech, and as loud."""
    headers = await login()
    form = FORMATS[name]
    pcm = np.frombuffer(await _speak(edge, "/v1/tts", headers, response_format="pcm"), np.int16) / 32768
    heard = decode(await _speak(edge, "/v1/tts/stream", headers, response_format=name), form, RATE)
    assert 0 <= heard.size - pcm.size < 0.1 * RATE
    assert np.std(pcm) == pytest.approx(np.std(heard), rel=0.1)


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
