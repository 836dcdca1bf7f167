"""Glossaries on the real stack: kept in Redis, heard in the speech, and of a size that many at once do not exceed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

import aiohttp
import pytest

from api.glossary.entries import Entry
from api.glossary.store import ENTRIES, GlossaryStore
from api.redis_client import connect
from compose.local.stack import Stack

Login = Callable[..., Awaitable[dict[str, str]]]

LEXICON = (
    "<lexicon alphabet='x-pinyin'><lexeme><grapheme>干杯</grapheme><phoneme>gan4 bei1</phoneme></lexeme></lexicon>"
)


@pytest.fixture
async def store(stack: Stack) -> AsyncIterator[GlossaryStore]:
    """In a database of the test's own."""
    async with connect(f"redis://127.0.0.1:{stack.settings.redis_port}/1", timeout_s=5) as redis:
        await redis.flushdb()
        yield GlossaryStore(redis)


async def _speech(edge: aiohttp.ClientSession, headers: dict[str, str], text: str) -> bytes:
    async with edge.post("/v1/tts", json={"text": text, "response_format": "pcm"}, headers=headers) as response:
        assert 200 == response.status, await response.text()
        return await response.read()


async def test_words_are_heard(edge: aiohttp.ClientSession, login: Login) -> None:
    """Through the edge a word is put, imported and removed, and is heard as it was put, by its user alone."""
    lily, tom = await login(), await login()
    as_written = await _speech(edge, lily, "干杯")
    word = f"/v1/glossary/{quote('干杯')}"
    async with edge.put(word, json={"alias": "再见"}, headers=lily) as response:
        assert 200 == response.status, await response.text()
    assert await _speech(edge, lily, "再见") == await _speech(edge, lily, "干杯")
    async with edge.post("/v1/glossary/import", data=LEXICON, headers=lily) as response:
        assert {"imported": 1} == await response.json()
    assert await _speech(edge, tom, "干杯(gàn bēi)") == await _speech(edge, lily, "干杯")
    assert as_written == await _speech(edge, tom, "干杯")
    async with edge.delete(word, headers=lily) as response:
        assert 204 == response.status
    assert as_written == await _speech(edge, lily, "干杯")


async def test_no_more_than_there_is_room_for(store: GlossaryStore) -> None:
    """However many are put at once; replacing a word needs no room, and of a lexicon all words have room or none."""
    entries = [Entry(f"W{n}", alias="好") for n in range(ENTRIES + 20)]
    put = await asyncio.gather(*(store.put("lily", [entry]) for entry in entries))
    assert (ENTRIES, ENTRIES) == (sum(put), len(known := await store.all("lily")))
    assert await store.put("lily", [Entry(known[0].word, alias="坏")])
    assert not await store.put("lily", [known[0], Entry("新", pinyin="xin1")])
    assert "坏" == (await store.all("lily"))[0].alias
    assert await store.remove("lily", known[0].word)
    assert await store.put("lily", [Entry("新", pinyin="xin1")])
    assert Entry("新", pinyin="xin1") == (await store.all("lily"))[-1]
