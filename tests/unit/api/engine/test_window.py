"""How the window behaves towards a simulated Triton that replicas share without knowing each other."""

import pytest

from api.engine.window import LEAST, AdaptiveWindow
from tests.unit.api.engine.simulation import Simulation

SERVERS = 4


@pytest.mark.parametrize("servers", [2, 4, 8, 16])
@pytest.mark.parametrize("replicas", [1, 2, 4])
def test_busy_fair_and_without_a_long_queue(servers: int, replicas: int) -> None:
    """The servers are kept busy, what waits is bounded, and no replica gets more than twice another's share."""
    simulation = Simulation(servers, [0.0] * replicas)
    simulation.run(60)
    assert simulation.run(300) >= 0.95
    assert simulation.longest_queue <= servers + 4 * replicas
    shares = simulation.shares(60)
    assert max(shares) <= 2 * min(shares), shares


def test_who_starts_late_gets_a_share() -> None:
    """Two replicas at work and two that start later, into their queue, come to share alike."""
    simulation = Simulation(SERVERS, [0.0, 0.0, 60.0, 90.0])
    simulation.run(150)
    assert simulation.run(390) >= 0.95
    shares = simulation.shares(150)
    assert max(shares) <= 2 * min(shares), shares
    assert simulation.longest_queue <= 5 * SERVERS


@pytest.mark.parametrize("servers", [4, 16])
def test_a_machine_that_becomes_slower_is_not_starved(servers: int) -> None:
    """What was the least time is forgotten after a while; from then on the servers are busy again."""
    simulation = Simulation(servers, [0.0, 0.0], slower_at=60)
    simulation.run(150)
    assert simulation.run(360) >= 0.95


def test_a_window_that_is_not_in_use_does_not_grow() -> None:
    """Quick answers to a few segments say nothing about many."""
    window = AdaptiveWindow(0.0)
    for now in range(1, 10):
        window.finished(now - 0.1, now, 1.0, in_flight=1)
    assert LEAST == window.size


def test_grows_up_to_its_maximum() -> None:
    """However quick the server."""
    window = AdaptiveWindow(0.0, maximum=5)
    for step in range(100):
        window.finished(step * 0.1, step * 0.1 + 0.1, 1.0, window.size)
    assert window.size == 5


def test_a_refusal_halves_it_once() -> None:
    """Refusals of segments that were sent before the last decrease do not count again."""
    window = AdaptiveWindow(0.0)
    for step in range(100):
        window.finished(step * 0.1, step * 0.1 + 0.1, 1.0, window.size)
    before = window.size
    window.overloaded(10.0, 10.5)
    window.overloaded(10.1, 10.6)
    assert before // 2 <= window.size <= before // 2 + 1
    window.overloaded(10.7, 11.0)
    assert window.size <= before // 4 + 1
    for step in range(9):
        window.overloaded(12.0 + step, 12.5 + step)
    assert LEAST == window.size
