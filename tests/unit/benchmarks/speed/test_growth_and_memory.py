import pytest

from benchmarks.speed.part import Machine
from benchmarks.speed.parts import growth, memory
from benchmarks.speed.parts.memory import SERVICES

MACHINE = Machine(cores=2, avx512=True)


def _size(users: int, p50_s: float, without_ttl: int = 0) -> dict[str, float]:
    size = {"users": users, "bytes_a_user": 500.0, "keys_a_user": 1.0, "without_ttl": without_ttl}
    return size | {"p50_s": p50_s, "p99_s": 2 * p50_s}


@pytest.mark.parametrize(("p50_s", "stay", "kept"), [(0.00014, 0, [True, True]), (0.0002, 3, [False, False])])
def test_a_decision_stays_as_fast(p50_s: float, stay: int, kept: list[bool]) -> None:
    """With many users a decision takes at most 1.5 times what it takes with few, and every key has an end."""
    found = {"sizes": [_size(10, 0.0001), _size(10_000, p50_s, stay)], "maxmemory": 128 * 2**20}
    assert kept == [promise.kept for promise in growth.promises(found, MACHINE)]


def test_the_report_says_how_many_users_fit() -> None:
    """By the memory of one of the largest number: 128 MiB at 500 bytes are 268 thousand."""
    found = {"sizes": [_size(10_000, 0.0001)], "maxmemory": 128 * 2**20}
    assert any("128 MiB of Redis by default hold 268 thousand users" in line for line in growth.lines(found))


@pytest.mark.parametrize(("after", "kept"), [(131.0, True), (133.0, False)])
def test_small_services_may_grow_by_32_mb(after: float, kept: bool) -> None:  # noqa: FBT001 - a row of the table
    """A tenth of what it had, or 32 MB if that is more."""
    found = {
        "resident_mb": {"200": dict.fromkeys(SERVICES, 100.0), "2000": dict.fromkeys(SERVICES, after)},
        "outcomes": {"spoken": 1990, "invalid": 10},
    }
    assert {kept} == {promise.kept for promise in memory.promises(found, MACHINE)}
    assert any("1990 spoken, 10 invalid" in line for line in memory.lines(found))


def test_large_services_may_grow_by_a_tenth() -> None:
    """Of a gigabyte, a hundred megabytes."""
    found = {"resident_mb": {"200": dict.fromkeys(SERVICES, 1000.0), "2000": dict.fromkeys(SERVICES, 1099.0)}}
    assert {True} == {promise.kept for promise in memory.promises(found, MACHINE)}


def test_calls_are_mixed() -> None:
    """Short texts, one that comes again, longer ones and some that are too long, in every run the same."""
    texts, others = memory.Mixture(), memory.Mixture()
    drawn = [texts() for _ in range(300)]
    assert drawn == [others() for _ in range(300)]
    assert {20, 80, memory.TOO_LONG} == {len(text) for text in drawn}
    assert len(set(drawn)) < len(drawn)
