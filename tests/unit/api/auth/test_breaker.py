"""What failed several times in a row is not asked for a while."""

import pytest

from api.auth.breaker import Breaker
from tests.support.clock import Clock

TRIAL_S, PAUSE_S = 2.0, 5.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(TRIAL_S, clock)


def fail(breaker: Breaker, times: int = 3, pause_s: float = PAUSE_S) -> None:
    for _ in range(times):
        breaker.failed(pause_s)


def test_three_failures_in_a_row_open_it(breaker: Breaker) -> None:
    """Two failures are bad luck; after the third nobody may ask, and is told for how long."""
    fail(breaker, 2)
    assert breaker.enter()
    fail(breaker, 1)
    assert (False, PAUSE_S) == (breaker.enter(), breaker.pause_s)


def test_a_success_in_between(breaker: Breaker) -> None:
    """What works now and then is still asked."""
    for _ in range(3):
        fail(breaker, 2)
        breaker.succeeded()
    assert breaker.enter()


def test_failures_far_apart(breaker: Breaker, clock: Clock) -> None:
    """Three failures in more than 5 s do not open it."""
    for _ in range(6):
        fail(breaker, 1)
        clock.now += 3
    assert breaker.enter()


def test_one_trial_after_the_pause(breaker: Breaker, clock: Clock) -> None:
    """When the pause is over one caller may ask; the others wait for how that goes."""
    fail(breaker)
    clock.now += PAUSE_S
    assert [True, False, False] == [breaker.enter() for _ in range(3)]
    assert TRIAL_S == breaker.pause_s
    breaker.succeeded()
    assert [True, True] == [breaker.enter() for _ in range(2)]


def test_a_trial_that_fails(breaker: Breaker, clock: Clock) -> None:
    """One failure is enough then, and the pause begins anew."""
    fail(breaker)
    clock.now += PAUSE_S
    assert breaker.enter()
    fail(breaker, 1)
    assert (False, PAUSE_S) == (breaker.enter(), breaker.pause_s)


def test_a_trial_whose_caller_left(breaker: Breaker, clock: Clock) -> None:
    """A trial that never reports keeps nobody out for ever."""
    fail(breaker)
    clock.now += PAUSE_S
    assert breaker.enter()
    clock.now += TRIAL_S
    assert [True, False] == [breaker.enter() for _ in range(2)]


def test_late_news(breaker: Breaker, clock: Clock) -> None:
    """What was asked before the pause does not end it when it works, nor shorten it when it fails."""
    fail(breaker, pause_s=60)
    breaker.succeeded()
    assert 60 == breaker.pause_s
    clock.now += 10
    fail(breaker, 3, pause_s=PAUSE_S)
    assert 50 == breaker.pause_s
