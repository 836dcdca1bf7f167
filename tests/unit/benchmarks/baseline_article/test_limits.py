from collections import Counter

from benchmarks.baseline_article.limits import is_rate_limited


class FakeRedis:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.expiries: list[tuple[str, int]] = []

    def incr(self, name: str) -> int:
        self.counts[name] += 1
        return self.counts[name]

    def expire(self, name: str, time: int) -> None:
        self.expiries.append((name, time))


def test_ten_calls_are_let_in_and_the_eleventh_is_not() -> None:
    """The limit is the number of calls that a user has in a window."""
    store = FakeRedis()
    assert [False] * 10 + [True] == [is_rate_limited(store, "me", window=60, limit=10) for _ in range(11)]


def test_each_user_has_a_limit() -> None:
    """What one has spent is nothing to another."""
    store = FakeRedis()
    assert not is_rate_limited(store, "me", window=60, limit=1)
    assert is_rate_limited(store, "me", window=60, limit=1)
    assert not is_rate_limited(store, "you", window=60, limit=1)


def test_only_the_first_call_begins_a_window() -> None:
    """Else somebody who goes on calling would never be let in again."""
    store = FakeRedis()
    for _ in range(3):
        is_rate_limited(store, "me", window=60, limit=1)
    assert [60] == [seconds for _, seconds in store.expiries]
