"""API keys in this process instead of Redis."""

from typing import cast

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from api.auth.api_keys import KeyStore


class MemoryHash:
    """What KeyStore uses of Redis. `away` stands for a Redis that cannot be reached; `asked` counts."""

    def __init__(self) -> None:
        self.away = False
        self.asked = 0
        self.fields: dict[str, bytes] = {}

    async def hset(self, _hash: str, field: str, value: str) -> None:
        self.fields[field] = value.encode()

    async def hget(self, _hash: str, field: str) -> bytes | None:
        self.asked += 1
        if self.away:
            raise RedisConnectionError
        return self.fields.get(field)

    async def hgetall(self, _hash: str) -> dict[bytes, bytes]:
        return {field.encode(): value for field, value in self.fields.items()}

    async def hdel(self, _hash: str, field: str) -> int:
        return int(self.fields.pop(field, None) is not None)


class MemoryKeys(KeyStore):
    def __init__(self, window_s: int) -> None:
        self.redis = MemoryHash()
        super().__init__(cast("Redis", self.redis), window_s)
