"""How the window behaves towards a simulated Triton that replicas share without knowing each other."""

import pytest

from api.engine.engine import Statistics
from api.engine.window import LEAST, AdaptiveWindow
from tests.unit.api.engine.simulation import Simulation

SERVERS = 4


@pytest.mark.parametrize("servers", [2, 4, 8, 16])
@pytest.mark.parametrize("replicas", [1, 2, 4])
def test_busy_fair_and_without_a_long_queue(servers: int, replicas: int) -> None:
    """The servers are kept busy, what waits is bounded, and no replica gets more than 1.3 times another's share."""
    simulation = Simulation(servers, [0.0] * replicas)
    simulation.run(60)
    assert simulation.run(300) >= 0.95
    assert simulation.longest_queue <= servers + 4 * replicas
    shares = simulation.shares(60)
    assert max(shares) <= 1.3 * min(shares), shares


def test_who_starts_late_gets_a_share() -> None:
    """Two replicas at work and two that start later, into their queue, come to share alike."""
    simulation = Simulation(SERVERS, [0.0, 0.0, 60.0, 90.0])
    simulation.run(150)
    assert simulation.run(390) >= 0.95
    shares = simulation.shares(150)
    assert max(shares) <= 1.3 * min(shares), shares
    assert simulation.longest_queue <= 5 * SERVERS


@pytest.mark.parametrize("servers", [4, 16])
def test_a_machine_that_becomes_slower_is_not_starved(servers: int) -> None:
    """What was the least time is forgotten after a while; from then on the servers are busy again."""
    simulation = Simulation(servers, [0.0, 0.0], slower_at=60)
    simulation.run(150)
    assert simulation.run(360) >= 0.95


def grown(maximum: float = 32.0) -> AdaptiveWindow:
    """Observed at 0, 1, … 18 s, each time with one more segment that did not wait."""
    window = AdaptiveWindow(maximum)
    for second in range(19):
        window.observe(Statistics(second, 0.0, second), second, used=True)
    return window


def test_a_window_that_is_not_in_use_does_not_grow() -> None:
    """Quick answers to a few segments say nothing about many."""
    window = AdaptiveWindow()
    for second in range(20):
        window.observe(Statistics(second, 0.0, second), second, used=False)
    assert LEAST == window.size


def test_grows_up_to_its_maximum() -> None:
    """However quick the server."""
    assert 5 == grown(maximum=5).size
    assert 20 == grown().size


@pytest.mark.parametrize("after", [Statistics(18, 0.0, 18.0), Statistics(3, 100.0, 3.0)])
def test_nothing_made_says_nothing(after: Statistics) -> None:
    """No segment was made since the last time, or the server began to count anew."""
    window = grown()
    window.observe(after, 20.0, used=True)
    assert 20 == window.size


def test_a_decrease_is_waited_for() -> None:
    """What was sent before the window was narrowed waits as long as before, and narrows it no further."""
    window = grown()
    window.observe(Statistics(20, 9.0, 20.0), 20.0, used=True)
    narrowed = window.size
    assert 10 <= narrowed < 20
    window.observe(Statistics(21, 18.0, 21.0), 20.5, used=True)
    assert narrowed == window.size
    window.observe(Statistics(22, 27.0, 22.0), 31.0, used=True)
    assert narrowed > window.size


def test_a_refusal_halves_it_once() -> None:
    """Refusals of segments that were sent before the last decrease do not count again."""
    window = grown()
    window.overloaded(10.0, 10.5)
    window.overloaded(10.1, 10.6)
    assert window.size == 10
    window.overloaded(10.7, 11.0)
    assert window.size == 5
    for step in range(9):
        window.overloaded(12.0 + step, 12.5 + step)
    assert LEAST == window.size
