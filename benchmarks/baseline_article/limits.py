"""The article's limit: so many calls within a window, counted by Redis' INCR and EXPIRE."""

from typing import Any, Protocol


class Store(Protocol):
    """What is used of Redis' client."""

    def incr(self, name: str) -> Any: ...

    def expire(self, name: str, time: int) -> Any: ...


def is_rate_limited(store: Store, user_id: str, window: int, limit: int) -> bool:
    """The first call begins a window of so many seconds."""
    key = f"rate:{user_id}"
    calls = int(store.incr(key))
    if calls == 1:
        store.expire(key, window)
    return calls > limit
