"""API keys, for callers without a login: servers, Open WebUI, Home Assistant."""

import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

from redis.asyncio import Redis

from api import problems
from api.auth.tokens import token_refusal
from api.limits.limiter import Plan
from api.problems import Refusal
from api.redis_guard import RedisAwayError, RedisGuard

PREFIX = "hs-"
FORM = re.compile(rf"{PREFIX}([0-9a-f]{{12}})-([A-Za-z0-9_-]{{43}})")
ID_BYTES, SECRET_BYTES = 6, 32
IN_REDIS = "haoshuo:api_keys"

KNOWN_S = 10.0
"""A key is looked up again after so long: one that was revoked may be good until then."""

RETRY_S = 3


@dataclass(frozen=True)
class ApiKey:
    """`digest` is SHA-256 of the secret, which has 256 random bits and needs no slower hash; times are Unix's."""

    id: str
    name: str
    digest: str
    plan: Plan
    created_at: float


class KeyStore:
    """The keys in Redis, without their secrets. Raises what redis-py raises."""

    def __init__(self, redis: Redis, window_s: int) -> None:
        self._redis = redis
        self._window_s = window_s

    async def create(self, name: str, calls: int, characters: int, in_progress: int) -> str:
        """A new key, which is never shown again; the limits are those of a window."""
        identity, secret = secrets.token_hex(ID_BYTES), secrets.token_urlsafe(SECRET_BYTES)
        record = {
            "name": name,
            "digest": _digest(secret),
            "calls": calls,
            "characters": characters,
            "in_progress": in_progress,
            "created_at": round(time.time()),
        }
        await self._redis.hset(IN_REDIS, identity, json.dumps(record))
        return f"{PREFIX}{identity}-{secret}"

    async def find(self, identity: str) -> ApiKey | None:
        record = await cast("Awaitable[bytes | None]", self._redis.hget(IN_REDIS, identity))
        return self._read(identity, record) if record else None

    async def all(self) -> list[ApiKey]:
        """In the order of their age."""
        records = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(IN_REDIS))
        keys = [self._read(identity.decode(), record) for identity, record in records.items()]
        return sorted(keys, key=lambda key: (key.created_at, key.id))

    async def revoke(self, identity: str) -> bool:
        """Whether there was such a key."""
        return bool(await self._redis.hdel(IN_REDIS, identity))

    def _read(self, identity: str, text: bytes) -> ApiKey:
        record = json.loads(text)
        plan = Plan.of(record["calls"], record["characters"], self._window_s, record["in_progress"])
        return ApiKey(identity, record["name"], record["digest"], plan, record["created_at"])


class ApiKeys:
    """Verifies keys. Without Redis those are good that this process has seen before."""

    def __init__(self, store: KeyStore, guard: RedisGuard, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._guard = guard
        self._clock = clock
        self._known: dict[str, tuple[float, ApiKey]] = {}

    async def verify(self, text: str) -> ApiKey:
        """The key, or `Refusal`."""
        parts = FORM.fullmatch(text)
        key = await self._look_up(parts[1]) if parts else None
        if parts is None or key is None or not hmac.compare_digest(key.digest, _digest(parts[2])):
            raise token_refusal(problems.API_KEY_INVALID)
        return key

    async def _look_up(self, identity: str) -> ApiKey | None:
        looked_at, known = self._known.get(identity, (0.0, None))
        if known and self._clock() - looked_at < KNOWN_S:
            return known
        try:
            found = await self._guard.ask(partial(self._store.find, identity))
        except RedisAwayError:
            if known is None:
                raise Refusal(problems.API_KEYS_UNAVAILABLE, retry_after=RETRY_S) from None
            return known
        if found:
            self._known[identity] = self._clock(), found
        else:
            self._known.pop(identity, None)
        return found


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
