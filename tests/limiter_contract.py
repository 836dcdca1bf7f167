"""What every limiter must do. A subclass gives the fixtures `limiter` (of PLAN, no calls yet) and `advance`."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from api.limits.limiter import Account, Admission, Limit, Limiter, Plan

PLAN = Plan(calls=Limit("calls", 10, 1), characters=Limit("characters", 100, 1), in_progress=3)
LEASE_S = 0.5

Advance = Callable[[float], Awaitable[None]]
"""Lets that many seconds pass, on the limiter's clock."""


async def admit(
    limiter: Limiter,
    user: str = "lily",
    characters: int = 1,
    call: str = "",
    lease_s: float = LEASE_S,
    *,
    plan: Plan = PLAN,
) -> Admission:
    return await limiter.admit(Account(user, plan), call or uuid4().hex, characters, lease_s)


async def fill(limiter: Limiter, calls: int = 10) -> list[Admission]:
    admissions = [await admit(limiter) for _ in range(calls)]
    assert all(map(accepted, admissions))
    return admissions


def accepted(admission: Admission) -> bool:
    return admission.refused is None


def remaining(admission: Admission) -> tuple[int, ...]:
    return tuple(usage.remaining for usage in admission.usages)


async def left(limiter: Limiter, user: str = "lily", plan: Plan = PLAN) -> tuple[int, ...]:
    return tuple(usage.remaining for usage in await limiter.usages(Account(user, plan)))


def refused_by(admission: Admission) -> str | None:
    return admission.refused.limit.name if admission.refused else None


class WindowContract:
    async def test_accepts_the_limit_and_no_more(self, limiter: Limiter) -> None:
        """Ten calls are accepted, counting down, and the eleventh is not."""
        admissions = [await admit(limiter) for _ in range(11)]
        assert [True] * 10 + [False] == [accepted(admission) for admission in admissions]
        assert [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0] == [remaining(admission)[0] for admission in admissions]
        assert "calls" == refused_by(admissions[-1])

    async def test_accepts_the_characters_and_no_more(self, limiter: Limiter) -> None:
        """Calls that hold the limit's characters are accepted; one more is refused, with a name of its own."""
        admissions = [await admit(limiter, characters=characters) for characters in (60, 41, 40, 1)]
        assert [None, "characters", None, "characters"] == [refused_by(admission) for admission in admissions]
        assert [(9, 40), (9, 40), (8, 0), (8, 0)] == [remaining(admission) for admission in admissions]

    async def test_is_exact_under_concurrency(self, limiter: Limiter) -> None:
        """Of 200 calls at once exactly ten are accepted."""
        admissions = await asyncio.gather(*(admit(limiter, lease_s=30) for _ in range(200)))
        assert (10, 3) == (sum(map(accepted, admissions)), sum(admission.its_turn for admission in admissions))

    async def test_characters_are_exact_under_concurrency(self, limiter: Limiter) -> None:
        """Of 200 calls of 30 characters at once as many are accepted as fit into 100."""
        admissions = await asyncio.gather(*(admit(limiter, characters=30) for _ in range(200)))
        assert 3 == sum(map(accepted, admissions))

    async def test_users_do_not_disturb_each_other(self, limiter: Limiter) -> None:
        """One user's calls do not count against another, and do not stand in another's line."""
        await fill(limiter)
        other = await admit(limiter, "hanmeimei")
        assert (True, True) == (accepted(other), other.its_turn)

    async def test_the_windows_slide(self, limiter: Limiter, advance: Advance) -> None:
        """A call makes room one window after itself, not when a minute on some clock ends."""
        await admit(limiter, characters=50)
        await advance(0.6)
        await fill(limiter, 9)
        assert not accepted(await admit(limiter))
        await advance(0.5)
        admissions = [await admit(limiter, characters=characters) for characters in (92, 91, 1)]
        assert [False, True, False] == [accepted(admission) for admission in admissions]

    @pytest.mark.parametrize(("first", "then"), [((1,) * 10, 1), ((90, 9), 10), ((30, 30, 30), 60)])
    async def test_reset_says_when_to_come_back(
        self, limiter: Limiter, advance: Advance, first: tuple[int, ...], then: int
    ) -> None:
        """A refused call is accepted after the wait it was told."""
        for characters in first:
            await admit(limiter, characters=characters)
        refused = (await admit(limiter, characters=then)).refused
        assert refused is not None
        assert 0 < refused.reset_s <= 1
        await advance(refused.reset_s + 0.01)
        assert accepted(await admit(limiter, characters=then))

    async def test_the_limit_that_refuses_for_longest_is_named(self, limiter: Limiter, advance: Advance) -> None:
        """Where both limits refuse, the wait that is told is enough for both."""
        await fill(limiter, 9)
        await advance(0.5)
        await admit(limiter, characters=91)
        refused = await admit(limiter, characters=50)
        assert "characters" == refused_by(refused)
        assert refused.usages[0].reset_s < refused.usages[1].reset_s

    async def test_what_never_fits_is_refused(self, limiter: Limiter) -> None:
        """A call larger than a whole limit is a refusal that says that waiting does not help, and costs nothing."""
        for admission in (await admit(limiter, characters=101), await admit(limiter, characters=10**9)):
            assert admission.refused is not None
            assert ("characters", True) == (refused_by(admission), admission.refused.never)
        assert (10, 100) == await left(limiter)
        assert accepted(await admit(limiter, characters=100))

    async def test_refused_calls_do_not_count(self, limiter: Limiter, advance: Advance) -> None:
        """Whoever hammers while refused is not locked out for longer."""
        await fill(limiter)
        await advance(0.6)
        for _ in range(20):
            await admit(limiter)
        await advance(0.5)
        assert accepted(await admit(limiter))

    async def test_usages_charge_nothing(self, limiter: Limiter) -> None:
        """What is left can be read as often as one likes."""
        assert (10, 100) == await left(limiter)
        assert [0, 0] == [usage.reset_s for usage in await limiter.usages(Account("lily", PLAN))]
        admission = await admit(limiter, characters=30)
        for _ in range(20):
            assert (9, 70) == await left(limiter)
        assert (9, 70) == remaining(admission)
        assert all(0 < usage.reset_s <= 1 for usage in await limiter.usages(Account("lily", PLAN)))


class ReplayContract:
    async def test_asking_again_counts_once(self, limiter: Limiter) -> None:
        """The same call asked twice, because an answer was lost, is charged once."""
        first = await admit(limiter, call="same", characters=30)
        again = await admit(limiter, call="same", characters=30)
        assert (True, (9, 70), False) == (accepted(first), remaining(first), first.replayed)
        assert (True, (9, 70), True) == (accepted(again), remaining(again), again.replayed)

    async def test_asking_again_at_the_limit(self, limiter: Limiter) -> None:
        """The last call that fits stays accepted when it is asked again."""
        await fill(limiter, 9)
        assert accepted(await admit(limiter, call="last"))
        assert accepted(await admit(limiter, call="last"))

    async def test_a_settled_call_tried_again_is_charged_once(self, limiter: Limiter) -> None:
        """A call that was settled and comes again, as nginx's second try, has its charge replaced, not doubled."""
        for _ in range(3):
            admission = await admit(limiter, call="same", characters=60)
            assert (True, True, (9, 40)) == (accepted(admission), admission.its_turn, remaining(admission))
            await limiter.settle(admission, calls=1, characters=50)
        assert (9, 50) == await left(limiter)

    async def test_a_second_try_that_is_refused_changes_nothing(self, limiter: Limiter) -> None:
        """Where others took the room that a settled call gave back, trying again is refused and its charge stays."""
        first = await admit(limiter, call="same", characters=60)
        await limiter.settle(first, calls=1, characters=10)
        await admit(limiter, characters=50)
        again = await admit(limiter, call="same", characters=60)
        assert "characters" == refused_by(again)
        assert (8, 40) == await left(limiter)


class SettleContract:
    async def test_gives_a_call_back(self, limiter: Limiter) -> None:
        """A call settled for nothing is as if it had never been, and settling twice changes nothing more."""
        admissions = await fill(limiter)
        for _ in range(2):
            await limiter.settle(admissions[3], calls=0, characters=0)
        assert (1, 91) == await left(limiter)
        assert [True, False] == [accepted(await admit(limiter)) for _ in range(2)]

    async def test_keeps_what_was_delivered(self, limiter: Limiter) -> None:
        """A call that fails half-way is charged the characters that were delivered."""
        admission = await admit(limiter, characters=80)
        await limiter.settle(admission, calls=1, characters=30)
        assert (9, 70) == await left(limiter)

    async def test_may_keep_characters_without_a_call(self, limiter: Limiter, advance: Advance) -> None:
        """Calls and characters are settled apart."""
        admission = await admit(limiter, characters=80)
        await limiter.settle(admission, calls=0, characters=30)
        assert (10, 70) == await left(limiter)
        await advance(1.05)
        assert (10, 100) == await left(limiter)

    async def test_never_charges_more(self, limiter: Limiter) -> None:
        """No settlement exceeds what the call was charged when it was admitted."""
        admission = await admit(limiter, characters=20)
        await limiter.settle(admission, calls=5, characters=90)
        assert (9, 80) == await left(limiter)

    async def test_only_the_first_counts(self, limiter: Limiter) -> None:
        """What a replica says that comes back late does not change what was settled."""
        admission = await admit(limiter, characters=20)
        await limiter.settle(admission, calls=1, characters=20)
        await limiter.settle(admission, calls=0, characters=0)
        assert (9, 80) == await left(limiter)

    async def test_of_a_refused_call_changes_nothing(self, limiter: Limiter) -> None:
        """A refused call has nothing to give back."""
        await fill(limiter)
        refused = await admit(limiter)
        await limiter.settle(refused, calls=0, characters=0)
        assert (0, 90) == await left(limiter)

    async def test_of_an_expired_call_changes_nothing(self, limiter: Limiter, advance: Advance) -> None:
        """After its lease a call stays charged whole."""
        admission = await admit(limiter, characters=20, lease_s=0.1)
        await advance(0.2)
        await limiter.settle(admission, calls=0, characters=0)
        assert (9, 80) == await left(limiter)

    async def test_does_not_renew_the_charge(self, limiter: Limiter, advance: Advance) -> None:
        """What is settled is forgotten one window after the call was admitted, not after it was settled."""
        admission = await admit(limiter, characters=20, lease_s=5)
        await advance(0.7)
        await limiter.settle(admission, calls=1, characters=10)
        await advance(0.4)
        assert (10, 100) == await left(limiter)


class LineContract:
    async def test_a_line_of_its_own(self, limiter: Limiter) -> None:
        """Three calls of a user are worked on at a time, in order of arrival; the others wait for their turn."""
        calls = [str(number) for number in range(6)]
        admissions = {call: await admit(limiter, call=call, lease_s=30) for call in calls}
        assert [True] * 3 + [False] * 3 == [admissions[call].its_turn for call in calls]
        await limiter.settle(admissions["1"], calls=1, characters=1)
        await limiter.settle(admissions["4"], calls=1, characters=1)
        turns = {call: (await admit(limiter, call=call, lease_s=30)).its_turn for call in "0235"}
        assert {"0": True, "2": True, "3": True, "5": False} == turns

    async def test_a_refused_call_is_not_in_the_line(self, limiter: Limiter) -> None:
        """Refused calls hold nobody up."""
        admissions = [await admit(limiter, characters=200) for _ in range(5)]
        assert not any(admission.its_turn for admission in admissions)
        assert (await admit(limiter)).its_turn

    async def test_what_a_dead_replica_held_expires(self, limiter: Limiter, advance: Advance) -> None:
        """A place in the line is free after its lease, though nobody settled the call."""
        for _ in range(3):
            await admit(limiter, lease_s=0.2)
        assert not (await admit(limiter, call="next", lease_s=5)).its_turn
        await advance(0.3)
        assert (await admit(limiter, call="next", lease_s=5)).its_turn

    async def test_asking_again_renews_nothing(self, limiter: Limiter, advance: Advance) -> None:
        """However often a call asks for its turn, its place expires when it was to."""
        for _ in range(2):
            admission = await admit(limiter, call="late", lease_s=0.6)
            await advance(0.35)
        assert admission.its_turn
        late = await admit(limiter, call="late", lease_s=0.6)
        assert (True, True, False) == (accepted(late), late.replayed, late.its_turn)

    async def test_a_call_may_wait_for_longer_than_a_window(self, limiter: Limiter, advance: Advance) -> None:
        """A waiting call keeps its place after its charge is forgotten, and is not charged again."""
        first = [await admit(limiter, lease_s=30) for _ in range(3)]
        assert not (await admit(limiter, call="waiting", lease_s=30)).its_turn
        await advance(1.1)
        assert (10, 100) == await left(limiter)
        waiting = await admit(limiter, call="waiting", lease_s=30)
        assert (False, True, (10, 100)) == (waiting.its_turn, waiting.replayed, remaining(waiting))
        await limiter.settle(first[0], calls=1, characters=1)
        assert (await admit(limiter, call="waiting", lease_s=30)).its_turn


class LimiterContract(WindowContract, ReplayContract, SettleContract, LineContract):
    """All of it."""
