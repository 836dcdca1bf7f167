"""A user's glossary over HTTP, and what is heard of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client

from api.glossary.store import ENTRIES, Glossaries
from api.redis_guard import RedisGuard
from api.settings import Settings
from api.wiring import Services, wire
from tests.fakes.engine import FakeEngine
from tests.fakes.glossary import MemoryGlossary
from tests.support.clock import Clock

WORDS = "/v1/glossary"
PATHS = {"/tts": "text", "/v1/tts/stream": "text", "/v1/tts/timestamps": "text", "/v1/audio/speech": "input"}


@pytest.fixture
def store() -> MemoryGlossary:
    return MemoryGlossary()


@pytest.fixture
async def services(make_settings: Callable[..., Settings], engine: FakeEngine, store: MemoryGlossary) -> Services:
    services = wire(make_settings(limit_calls=20), lambda _address, _name: engine)
    return replace(services, glossaries=Glossaries(store, RedisGuard(1.0, clock=Clock())))


async def say(client: Client, bearer: dict[str, str], path: str = "/tts", **fields: Any) -> Any:
    response = await client.post(path, json={PATHS[path]: "行长和WHO", **fields}, headers=bearer)
    await response.get_data()
    return response


async def code_of(response: Any) -> tuple[int, str]:
    return response.status_code, (await response.get_json())["code"]


async def test_words(client: Client, bearer: dict[str, str]) -> None:
    """They are put, shown, listed, replaced and removed, each user's own."""
    pinyin, alias = {"pinyin": "hang2 zhang3"}, {"alias": "每小时 公里"}
    for word, body in [("行长", {"alias": "老大"}), ("行长", pinyin), ("km/h", alias)]:
        assert {"word": word, **body} == await (
            await client.put(f"{WORDS}/{word}", json=body, headers=bearer)
        ).get_json()
    listed = await (await client.get(WORDS, headers=bearer)).get_json()
    assert {"entries": [{"word": "行长", **pinyin}, {"word": "km/h", **alias}], "limit": ENTRIES} == listed
    other = (await (await client.post("/login", json={"code": "dev:tom"})).get_json())["token"]
    tom = {"Authorization": f"Bearer {other}"}
    assert (404, "word_not_found") == await code_of(await client.get(f"{WORDS}/行长", headers=tom))
    assert 204 == (await client.delete(f"{WORDS}/km/h", headers=bearer)).status_code
    assert (404, "word_not_found") == await code_of(await client.delete(f"{WORDS}/km/h", headers=bearer))
    assert {"word": "行长", **pinyin} == await (await client.get(f"{WORDS}/行长", headers=bearer)).get_json()


@pytest.mark.parametrize("path", PATHS)
async def test_spoken(client: Client, bearer: dict[str, str], engine: FakeEngine, path: str) -> None:
    """At every address; what comes with the call goes before the user's own."""
    await client.put(f"{WORDS}/行长", json={"pinyin": "hang2 zhang3"}, headers=bearer)
    await client.put(f"{WORDS}/WHO", json={"alias": "世卫"}, headers=bearer)
    assert 200 == (await say(client, bearer, path)).status_code
    assert 200 == (await say(client, bearer, path, glossary={"WHO": "世界卫生组织"})).status_code
    assert ["‹行|HANG2›‹长|ZHANG3›和世卫", "‹行|HANG2›‹长|ZHANG3›和世界卫生组织"] == [u.text for u in engine.spoken]


async def test_an_alias_is_charged(client: Client, bearer: dict[str, str]) -> None:
    """What is spoken counts where it is more than what is written."""
    response = await say(client, bearer, glossary={"WHO": "好" * 100})
    assert f'"characters";r={3000 - 103}' in response.headers["RateLimit"]


@pytest.mark.parametrize(
    ("glossary", "code"),
    [
        ([], "invalid_glossary"),
        ({"好": 1}, "invalid_glossary"),
        ({str(n): "好" for n in range(101)}, "invalid_glossary"),
        ({"": "好"}, "invalid_word"),
        ({"行长": "hang2"}, "invalid_reading"),
    ],
)
async def test_what_a_glossary_cannot_be(client: Client, bearer: dict[str, str], glossary: object, code: str) -> None:
    """It is refused for what is wrong with it."""
    assert (400, code) == await code_of(await say(client, bearer, glossary=glossary))


async def test_import(client: Client, bearer: dict[str, str]) -> None:
    """A lexicon is taken as a whole or not at all, also where there is no room for it."""
    lexemes = [f"<lexeme><grapheme>W{n}</grapheme><alias>第{n}</alias></lexeme>" for n in range(ENTRIES + 1)]
    answers = [
        await client.post(f"{WORDS}/import", data=f"<lexicon>{''.join(some)}</lexicon>", headers=bearer)
        for some in (lexemes, lexemes[1:], lexemes[:1])
    ]
    assert [400, 200, 400] == [answer.status_code for answer in answers]
    assert {"imported": ENTRIES} == await answers[1].get_json()
    assert (400, "glossary_full") == await code_of(answers[2])


async def test_without_redis(client: Client, bearer: dict[str, str], engine: FakeEngine, store: MemoryGlossary) -> None:
    """Calls are spoken by what was last known, and say so where that is nothing; words cannot be changed."""
    await client.put(f"{WORDS}/WHO", json={"alias": "世卫"}, headers=bearer)
    await say(client, bearer)
    store.away = True
    assert "X-Glossary" not in (await say(client, bearer)).headers
    assert ["行长和世卫"] * 2 == [utterance.text for utterance in engine.spoken]
    other = (await (await client.post("/login", json={"code": "dev:tom"})).get_json())["token"]
    for path in ("/v1/tts", "/v1/inspect"):
        answer = await client.post(path, json={"text": "好"}, headers={"Authorization": f"Bearer {other}"})
        assert "unavailable" == answer.headers["X-Glossary"]
    assert (503, "glossary_unavailable") == await code_of(await client.get(WORDS, headers=bearer))


async def test_nobody(client: Client) -> None:
    """Without a token there is no glossary."""
    assert (401, "token_missing") == await code_of(await client.get(WORDS))
