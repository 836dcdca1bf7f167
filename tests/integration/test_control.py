"""How the real voice says a text, through the whole stack: measured in the samples."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import numpy as np
import pytest

from tests.support.audio import Speech, decode
from tests.support.pauses import edges

Login = Callable[..., Awaitable[dict[str, str]]]

FIRST, SECOND = "今天天气真好。", "我们去公园散步吧。"
RATE = 24000


async def _speak(edge: aiohttp.ClientSession, headers: dict[str, str], text: str, **fields: Any) -> Speech:
    async with edge.post("/v1/tts", json={"text": text, **fields}, headers=headers) as response:
        assert response.status == 200, await response.text()
        return decode(await response.read())


def _decibels(louder: Speech, softer: Speech) -> float:
    return float(20 * np.log10(np.std(louder.samples) / np.std(softer.samples)))


async def test_a_pause_is_as_long_as_it_says(edge: aiohttp.ClientSession, login: Login) -> None:
    """To the sample, and silent; the sentences around it stay what they are."""
    headers = await login()
    without = await _speak(edge, headers, f"{FIRST}[pause:0ms]{SECOND}")
    heard = await _speak(edge, headers, f"{FIRST}[pause:1500ms]{SECOND}")
    assert round(1.5 * RATE) == len(heard.samples) - len(without.samples)
    found = edges(heard.samples.astype(np.float32), RATE)
    start_s, end_s = max(zip(found[1::2], found[2::2], strict=False), key=lambda gap: float(gap[1] - gap[0]))
    assert 1.5 <= end_s - start_s < 1.75


async def test_volume(edge: aiohttp.ClientSession, login: Login) -> None:
    """Half of it is 6 dB softer, and the loudest that can be had does not clip."""
    headers = await login()
    usual, soft, loud = [await _speak(edge, headers, FIRST, volume=volume) for volume in (1.0, 0.5, 2.0)]
    assert _decibels(usual, soft) == pytest.approx(6.02, abs=0.02)
    assert 3 < _decibels(loud, usual) <= 6.03
    assert np.abs(loud.samples).max() < 1.0


async def test_pitch(edge: aiohttp.ClientSession, login: Login) -> None:
    """It is so many times as high, and about as long."""
    headers = await login()
    usual, high = [await _speak(edge, headers, SECOND, pitch=pitch) for pitch in (1.0, 1.25)]
    assert high.pitch / usual.pitch == pytest.approx(1.25, abs=0.06)
    assert high.seconds == pytest.approx(usual.seconds, rel=0.05)


async def test_intensity(edge: aiohttp.ClientSession, login: Login) -> None:
    """None of an emotion is the neutral voice, half of it lies between."""
    headers = await login()
    neutral = await _speak(edge, headers, FIRST)
    none, half, full = [
        await _speak(edge, headers, FIRST, emotion="sad", intensity=intensity) for intensity in (0, 0.5, 1)
    ]
    assert np.array_equal(neutral.samples, none.samples)
    assert none.seconds < half.seconds < full.seconds


async def test_a_reading(edge: aiohttp.ClientSession, login: Login) -> None:
    """Pinyin in brackets is the engine's own mark, and another syllable is heard."""
    headers = await login()
    typed, marked, phoneme, other = [
        await _speak(edge, headers, text)
        for text in (
            "还行(háng)吗？",
            "还‹行|HANG2›吗？",
            '<speak>还<phoneme ph="hang2">行</phoneme>吗？</speak>',
            "还行(xing2)吗？",
        )
    ]
    assert np.array_equal(typed.samples, marked.samples)
    assert np.array_equal(typed.samples, phoneme.samples)
    assert not np.array_equal(typed.samples, other.samples)


async def test_several_manners_in_one_text(edge: aiohttp.ClientSession, login: Login) -> None:
    """Each part sounds as it would by itself, and they follow each other."""
    headers = await login()
    first = await _speak(edge, headers, FIRST, emotion="happy", pitch=1.2)
    second = await _speak(edge, headers, SECOND, speed=0.8, volume=0.5)
    document = (
        f'<speak><prosody pitch="120%"><mstts:express-as style="cheerful">{FIRST}</mstts:express-as></prosody>'
        f'<break time="0.5s"/><prosody rate="-20%" volume="50">{SECOND}</prosody></speak>'
    )
    both = await _speak(edge, headers, document)
    silence = np.zeros(RATE // 2, np.float32)
    assert np.array_equal(np.concatenate([first.samples, silence, second.samples]), both.samples)


async def test_an_element_that_is_not_supported(edge: aiohttp.ClientSession, login: Login) -> None:
    """It is named, with its place."""
    body = {"text": '<speak>\n  你好<audio src="http://example.com/a.mp3"/></speak>'}
    headers = {**await login(), "Accept-Language": "en"}
    async with edge.post("/v1/tts/stream", json=body, headers=headers) as response:
        answer = await response.json()
    expected = "The SSML is not valid at line 2, character 5: an element that is not supported: <audio>"
    assert (400, "invalid_ssml", expected) == (response.status, answer["code"], answer["error"])
