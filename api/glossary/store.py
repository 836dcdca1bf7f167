"""Users' glossaries in Redis."""

import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

from redis.asyncio import Redis

from api import problems
from api.glossary.entries import Entry
from api.problems import Refusal
from api.redis_guard import RedisAwayError, RedisGuard

SCRIPT = Path(__file__).with_name("put.lua")
IN_REDIS = "haoshuo:glossary:{{{}}}"

ENTRIES = 500
"""Of one user."""

REMEMBERED = 1000
RETRY_S = 3

T = TypeVar("T")


class GlossaryStore:
    """A hash for each account: word → entry. Raises what redis-py raises."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._put = redis.register_script(SCRIPT.read_text("utf-8"))

    async def all(self, account: str) -> list[Entry]:
        """In the order of their words."""
        fields = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(IN_REDIS.format(account)))
        return sorted((_read(word, entry) for word, entry in fields.items()), key=lambda entry: entry.word)

    async def put(self, account: str, entries: Sequence[Entry]) -> bool:
        """Whether there was room for them; else nothing is changed."""
        pairs = [text for entry in entries for text in (entry.word, _written(entry))]
        return bool(await self._put(keys=[IN_REDIS.format(account)], args=[ENTRIES, *pairs]))

    async def remove(self, account: str, word: str) -> bool:
        """Whether there was such a word."""
        return bool(await self._redis.hdel(IN_REDIS.format(account), word))


class Glossaries:
    """Glossaries as views need them: a call is spoken also without Redis, by what this process last knew."""

    def __init__(self, store: GlossaryStore, guard: RedisGuard) -> None:
        self._store = store
        self._guard = guard
        self._known: OrderedDict[str, Mapping[str, str]] = OrderedDict()

    async def spoken(self, account: str) -> Mapping[str, str] | None:
        """What is said for which words; None if that cannot be known now."""
        try:
            entries = await self._guard.ask(partial(self._store.all, account))
        except RedisAwayError:
            return self._known.get(account)
        self._known[account] = {entry.word: entry.spoken for entry in entries}
        self._known.move_to_end(account)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return self._known[account]

    async def all(self, account: str) -> list[Entry]:
        """The entries, or `Refusal`."""
        return await self._ask(partial(self._store.all, account))

    async def put(self, account: str, entries: Sequence[Entry]) -> None:
        """Adds or replaces entries, all or none; or `Refusal`."""
        if entries and not await self._ask(partial(self._store.put, account, entries)):
            raise Refusal(problems.GLOSSARY_FULL, limit=ENTRIES)

    async def remove(self, account: str, word: str) -> None:
        if not await self._ask(partial(self._store.remove, account, word)):
            raise Refusal(problems.WORD_NOT_FOUND)

    async def _ask(self, question: Callable[[], Awaitable[T]]) -> T:
        try:
            return await self._guard.ask(question)
        except RedisAwayError:
            raise Refusal(problems.GLOSSARY_UNAVAILABLE, retry_after=RETRY_S) from None


def _written(entry: Entry) -> str:
    return json.dumps({"pinyin": entry.pinyin} if entry.pinyin else {"alias": entry.alias}, ensure_ascii=False)


def _read(word: bytes, entry: bytes) -> Entry:
    return Entry(word.decode(), **json.loads(entry))
