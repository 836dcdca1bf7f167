"""Whose key is good, for how long, and what is kept of it."""

import pytest

from api.auth.api_keys import FORM, KNOWN_S, ApiKeys
from api.problems import Refusal
from api.redis_guard import RETRY_S, RedisGuard
from tests.fakes.keys import MemoryKeys
from tests.support.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> MemoryKeys:
    return MemoryKeys(60)


@pytest.fixture
def keys(store: MemoryKeys, clock: Clock) -> ApiKeys:
    return ApiKeys(store, RedisGuard(1.0, clock=clock), clock)


@pytest.fixture
async def key(store: MemoryKeys) -> str:
    return await store.create("home assistant", 60, 5000, 4)


async def test_the_secret_is_not_kept(store: MemoryKeys, key: str) -> None:
    """Whoever reads Redis cannot speak."""
    assert FORM.fullmatch(key)
    secret = key.split("-", 2)[2]
    assert all(secret.encode() not in record for record in store.redis.fields.values())


@pytest.mark.parametrize(
    "wrong",
    [
        lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"),
        lambda key: key.replace("hs-", "hs-f", 1),
        lambda key: key + "=",
        lambda _: "hs-",
        lambda _: "hs-0123456789ab-" + "é" * 43,
    ],
    ids=["another secret", "another id", "longer", "nothing", "not ASCII"],
)
async def test_only_the_whole_key_is_good(keys: ApiKeys, key: str, wrong: object) -> None:
    """A key that differs anywhere is refused, with its own code."""
    assert "home assistant" == (await keys.verify(key)).name
    assert callable(wrong)
    with pytest.raises(Refusal, match="api_key_invalid"):
        await keys.verify(wrong(key))


async def test_a_revoked_key(keys: ApiKeys, store: MemoryKeys, clock: Clock, key: str) -> None:
    """It is refused at once where it was not used lately, and after ten seconds everywhere."""
    identity = (await keys.verify(key)).id
    assert await store.revoke(identity)
    assert not await store.revoke(identity)
    with pytest.raises(Refusal, match="api_key_invalid"):
        await ApiKeys(store, RedisGuard(1.0)).verify(key)
    clock.now += KNOWN_S
    with pytest.raises(Refusal, match="api_key_invalid"):
        await keys.verify(key)


async def test_redis_is_not_asked_for_every_call(keys: ApiKeys, store: MemoryKeys, key: str) -> None:
    """A key that was good a moment ago costs no way to Redis."""
    for _ in range(10):
        await keys.verify(key)
    assert 1 == store.redis.asked


async def test_without_redis(keys: ApiKeys, store: MemoryKeys, clock: Clock, key: str) -> None:
    """A key that was good stays so; one that nobody has seen cannot be checked, and that is not its caller's fault."""
    await keys.verify(key)
    other = await store.create("other", 1, 1, 1)
    store.redis.away = True
    clock.now += KNOWN_S
    assert "home assistant" == (await keys.verify(key)).name
    with pytest.raises(Refusal, match="api_keys_unavailable") as caught:
        await keys.verify(other)
    assert caught.value.headers["Retry-After"]
    store.redis.away = False
    clock.now += 2 * RETRY_S
    assert "other" == (await keys.verify(other)).name


async def test_keys_are_listed_by_age(store: MemoryKeys) -> None:
    """With their names and limits."""
    for name in ("first", "second"):
        await store.create(name, 10, 20, 3)
    assert {("first", 10, 20, 3), ("second", 10, 20, 3)} == {
        (key.name, key.plan.calls.amount, key.plan.characters.amount, key.plan.in_progress) for key in await store.all()
    }
