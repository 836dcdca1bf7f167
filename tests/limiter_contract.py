"""What every limiter must do. A subclass gives the fixtures `limiter` (of LIMIT, no calls yet) and `advance`."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

from api.limits.limiter import Admission, Limit, Limiter

LIMIT = Limit(calls=10, window_s=1)

Advance = Callable[[float], Awaitable[None]]
"""Lets that many seconds pass, on the limiter's clock."""


async def admit(limiter: Limiter, user: str = "lily", cost: int = 1) -> Admission:
    return await limiter.admit(user, uuid4().hex, cost)


class LimiterContract:
    async def test_accepts_the_limit_and_no_more(self, limiter: Limiter) -> None:
        """Ten calls are accepted, counting down, and the eleventh is not."""
        admissions = [await admit(limiter) for _ in range(11)]
        assert [True] * 10 + [False] == [admission.allowed for admission in admissions]
        assert [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0] == [admission.remaining for admission in admissions]

    async def test_is_exact_under_concurrency(self, limiter: Limiter) -> None:
        """Of 200 calls at once exactly ten are accepted."""
        admissions = await asyncio.gather(*(admit(limiter) for _ in range(200)))
        assert 10 == sum(admission.allowed for admission in admissions)

    async def test_users_do_not_disturb_each_other(self, limiter: Limiter) -> None:
        """One user's calls do not count against another."""
        for _ in range(11):
            await admit(limiter, "lily")
        assert (await admit(limiter, "hanmeimei")).allowed

    async def test_the_window_slides(self, limiter: Limiter, advance: Advance) -> None:
        """A call makes room one window after itself, not when a minute on some clock ends."""
        await admit(limiter)
        await advance(0.6)
        for _ in range(9):
            await admit(limiter)
        assert not (await admit(limiter)).allowed
        await advance(0.5)
        assert [True, False] == [(await admit(limiter)).allowed, (await admit(limiter)).allowed]

    async def test_reset_says_when_to_come_back(self, limiter: Limiter, advance: Advance) -> None:
        """A refused call is accepted after the wait it was told."""
        for _ in range(10):
            await admit(limiter)
        refused = await admit(limiter)
        assert 0 < refused.reset_s <= 1
        await advance(refused.reset_s + 0.01)
        assert (await admit(limiter)).allowed

    async def test_refused_calls_do_not_count(self, limiter: Limiter, advance: Advance) -> None:
        """Whoever hammers while refused is not locked out for longer."""
        for _ in range(10):
            await admit(limiter)
        await advance(0.6)
        for _ in range(20):
            await admit(limiter)
        await advance(0.5)
        assert (await admit(limiter)).allowed

    async def test_refund_gives_a_call_back(self, limiter: Limiter) -> None:
        """A refunded call is as if it had never been, and refunding twice changes nothing more."""
        admissions = [await admit(limiter) for _ in range(10)]
        await limiter.refund(admissions[3])
        await limiter.refund(admissions[3])
        assert [True, False] == [(await admit(limiter)).allowed, (await admit(limiter)).allowed]

    async def test_asking_again_counts_once(self, limiter: Limiter) -> None:
        """The same call asked twice, because an answer was lost, is counted once."""
        first = await limiter.admit("lily", "same")
        again = await limiter.admit("lily", "same")
        assert (True, 9) == (first.allowed, first.remaining)
        assert (True, 9) == (again.allowed, again.remaining)

    async def test_asking_again_at_the_limit(self, limiter: Limiter) -> None:
        """The last call that fits stays accepted when it is asked again."""
        for _ in range(9):
            await admit(limiter)
        assert (await limiter.admit("lily", "last")).allowed
        assert (await limiter.admit("lily", "last")).allowed

    async def test_cost(self, limiter: Limiter) -> None:
        """A call may count for several; it is refused whole, and a refund gives all of it back."""
        dear = await admit(limiter, cost=8)
        assert (True, 2) == (dear.allowed, dear.remaining)
        refused = await admit(limiter, cost=3)
        assert (False, 2) == (refused.allowed, refused.remaining)
        assert (await admit(limiter, cost=2)).allowed
        await limiter.refund(dear)
        assert (await admit(limiter, cost=8)).allowed
