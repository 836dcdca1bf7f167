"""A login code is claimed once; here without Redis, with it in tests/integration/test_limits.py."""

from collections.abc import AsyncIterator

import pytest

from api.auth import codes as codes_module
from api.auth.codes import LIFETIME_S, Codes
from api.redis_client import connect
from api.redis_guard import RedisGuard

NOWHERE = "redis://127.0.0.1:1/0"  # nothing listens there


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def codes(clock: Clock) -> AsyncIterator[Codes]:
    async with connect(NOWHERE, 0.1) as redis:
        yield Codes(redis, RedisGuard(0.1), clock)


async def test_works_once(codes: Codes) -> None:
    """The second claim of a code fails, another code's does not."""
    assert [True, False, True] == [await codes.claim(code) for code in "aab"]


async def test_a_released_code_works_once_more(codes: Codes) -> None:
    """A code that WeChat did not consume may be tried again, once."""
    await codes.claim("a")
    await codes.release("a")
    assert [True, False] == [await codes.claim("a"), await codes.claim("a")]


async def test_releasing_what_nobody_claimed(codes: Codes) -> None:
    """Nothing happens."""
    await codes.release("a")
    assert await codes.claim("a")


async def test_forgets_what_wechat_forgets(codes: Codes, clock: Clock) -> None:
    """Memory holds a code as long as WeChat does, and no longer."""
    await codes.claim("a")
    clock.now = LIFETIME_S + 1.0
    await codes.claim("b")
    assert 1 == len(codes._expiries)


async def test_remembers_so_many(codes: Codes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invented codes do not fill the memory: the oldest are forgotten first."""
    monkeypatch.setattr(codes_module, "MAX_REMEMBERED", 10)
    for code in range(25):
        await codes.claim(str(code))
    assert 10 == len(codes._expiries)
    assert [False, True] == [await codes.claim("24"), await codes.claim("0")]
