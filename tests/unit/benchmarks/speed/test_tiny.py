from benchmarks.load.users import CALLS
from benchmarks.speed.tiny import WARM_S, Load


def test_enough_users_are_invited_for_their_limits() -> None:
    """So many users may make all calls of the warm-up and of the window without one that is too many."""
    seconds = 20.0
    assert Load("open", 50).users(seconds) * CALLS >= 50 * (WARM_S + seconds)
    assert Load("closed", 250, callers=16).users(seconds) * CALLS >= 250 * (WARM_S + seconds) + 16
