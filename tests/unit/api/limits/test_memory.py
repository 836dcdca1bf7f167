"""The in-process limiter keeps the contract, on a clock of the test's."""

import pytest

from api.limits.memory import MemoryLimiter
from tests.limiter_contract import Advance, LimiterContract, admit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> MemoryLimiter:
    return MemoryLimiter(clock)


@pytest.fixture
def advance(clock: Clock) -> Advance:
    return clock.advance


class TestMemoryLimiter(LimiterContract):
    async def test_forgets_idle_users(self, limiter: MemoryLimiter, clock: Clock) -> None:
        """Memory does not grow with the number of users who ever called."""
        for user in range(100):
            await admit(limiter, str(user))
        await clock.advance(2)
        await admit(limiter, "lily")
        assert ["lily"] == list(limiter._accounts)

    async def test_remembers_no_more_of_a_user_than_counts(self, limiter: MemoryLimiter, clock: Clock) -> None:
        """Memory does not grow with the number of calls of one user, refused, given back or kept."""
        for _ in range(50):
            for _ in range(12):
                await limiter.settle(await admit(limiter), calls=0, characters=0)
                await admit(limiter)
            await clock.advance(0.5)
        assert len(limiter._accounts["lily"]) <= 20
