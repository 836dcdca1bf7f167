import asyncio
from typing import Any
from urllib.error import HTTPError

import numpy as np
import pytest
from aiohttp import web

from benchmarks.voice.sources import RATE, EdgeSource, EngineSource
from compose.local.settings import ROOT
from speech.errors import UnknownVoiceError
from speech.utterance import NEUTRAL, Utterance
from tests.fakes.speech_service import refusal, speech_service


async def test_edge() -> None:
    """It is asked for raw samples of the judges' rate, in the default voice if none is named, with the key."""
    asked: dict[str, Any] = {}

    async def answer(request: web.Request) -> web.Response:
        asked.update(await request.json())
        return web.Response(body=np.array([0, 16384], "<i2").tobytes())

    async with speech_service() as fake:
        fake.answer = answer
        heard = await asyncio.to_thread(EdgeSource(fake.url, "key").say, Utterance("你好", "", speed=1.5))
    assert [0, 0.5] == heard.tolist()
    assert ["Bearer key"] == fake.users
    expected = {"text": "你好", "voice": "default", "speed": 1.5, "response_format": "pcm", "sample_rate": RATE}
    assert expected | {"emotion": list(NEUTRAL)} == asked


async def test_refusal_of_the_edge() -> None:
    """It ends the benchmark: what was not said cannot be judged."""

    async def answer(_request: web.Request) -> web.Response:
        return refusal()

    async with speech_service() as fake:
        fake.answer = answer
        with pytest.raises(HTTPError):
            await asyncio.to_thread(EdgeSource(fake.url, "key").say, Utterance("你好", ""))


def test_engine() -> None:
    """Its sound comes in the judges' rate, and its errors are raised."""
    source = EngineSource("baker", ROOT / ".local/voices", threads=1)
    assert 1.0 < len(source.say(Utterance("今天天气真不错。", "baker"))) / RATE < 3.0
    with pytest.raises(UnknownVoiceError):
        source.say(Utterance("你好", "nobody"))
