"""Glossaries in this process instead of Redis."""

from collections.abc import Sequence

from redis.exceptions import ConnectionError as RedisConnectionError

from api.glossary.entries import Entry
from api.glossary.store import ENTRIES, GlossaryStore


class MemoryGlossary(GlossaryStore):
    """`away` stands for a Redis that cannot be reached."""

    def __init__(self) -> None:
        self.away = False
        self._words: dict[str, dict[str, Entry]] = {}

    async def all(self, account: str) -> list[Entry]:
        return [*self._of(account).values()]

    async def put(self, account: str, entries: Sequence[Entry]) -> bool:
        words = self._of(account) | {entry.word: entry for entry in entries}
        if len(words) > ENTRIES:
            return False
        self._words[account] = words
        return True

    async def remove(self, account: str, word: str) -> bool:
        return self._of(account).pop(word, None) is not None

    def _of(self, account: str) -> dict[str, Entry]:
        if self.away:
            raise RedisConnectionError
        return self._words.setdefault(account, {})
