"""Sharing fairly has a closed form; it is compared with sharing step by step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.synthesis.forecast import Claim, Forecast

TOTALS = st.lists(st.integers(1, 50), min_size=1, max_size=6)


def share(totals: list[int], rate: float, amount: int, user: int) -> float:
    """When a user has got `amount`, everybody who still waits getting one unit after the other."""
    left, units, mine = list(totals), 0, 0
    while True:
        for index, waiting in enumerate(left):
            if waiting:
                left[index] -= 1
                units += 1
                mine += index == user
        if mine >= amount:
            return units / rate


@given(TOTALS, st.data())
def test_the_closed_form_is_round_robin(totals: list[int], data: st.DataObject) -> None:
    """The time at which some work of a user is done is that of taking turns."""
    user = data.draw(st.integers(0, len(totals) - 1))
    amount = data.draw(st.integers(1, totals[user]))
    assert share(totals, 7.0, amount, user) == pytest.approx(Forecast(totals, 7.0).seconds_until(amount))


def test_a_backlog_of_others_counts_only_as_far_as_one_waits() -> None:
    """Ten users with a thousand each delay one who wants ten by a hundred, not by ten thousand."""
    assert 11 == Forecast([1000.0] * 10 + [10.0], 10.0).seconds_until(10.0)


def test_lateness() -> None:
    """The claim that is latest decides; without claims nobody is late."""
    forecast = Forecast([10.0, 20.0], 10.0)
    assert 1.0 == forecast.lateness([Claim(10.0, 1.0), Claim(20.0, 5.0)])
    assert float("-inf") == forecast.lateness([])


def test_a_first_sound_that_is_early_makes_the_rest_due_earlier() -> None:
    """A player begins with the first sound: what follows is due so much after it, not after the latest it may come."""
    forecast = Forecast([30.0], 10.0)
    first = Claim(10.0, 6.0)
    assert 3.0 - 8.0 == forecast.lateness([Claim(30.0, 8.0)])
    assert 3.0 - (8.0 - 5.0) == forecast.lateness([Claim(30.0, 8.0, first)])
