"""When a server is left alone, and when it is back."""

from api.engine.trust import AWAY_PAUSE_S, FAILURES, FIRST_PAUSE_S, LONGEST_PAUSE_S, Trust


def _ejected() -> Trust:
    trust = Trust()
    assert [False] * (FAILURES - 1) + [True] == [trust.failed(0) for _ in range(FAILURES)]
    return trust


def test_failures_in_a_row_eject() -> None:
    """A success in between starts the count anew; the one too many is told once."""
    trust = Trust()
    for _ in range(FAILURES):
        assert not trust.failed(0)
        trust.succeeded()
    assert trust.given
    trust = _ejected()
    assert not trust.given
    assert not trust.failed(1)
    assert trust.ejected_at == 0


def test_pauses_grow_to_a_minute() -> None:
    """Each failed trial doubles the pause."""
    trust, now, pauses = _ejected(), 0.0, []
    for _ in range(9):
        pause = next(p for p in (1, 2, 4, 8, 16, 32, 60) if trust.trial_due(now + p, LONGEST_PAUSE_S))
        now += pause
        pauses.append(pause)
        trust.trial_failed(now, away=False)
    assert [1, 2, 4, 8, 16, 32, 60, 60, 60] == pauses


def test_one_that_is_not_there_is_tried_every_few_seconds() -> None:
    """However long it was left alone before: a server that starts again has its turn soon."""
    trust = _ejected()
    for _ in range(9):
        trust.trial_failed(0, away=False)
    trust.trial_failed(0, away=True)
    assert trust.trial_due(AWAY_PAUSE_S, LONGEST_PAUSE_S)
    assert not trust.trial_due(AWAY_PAUSE_S - 0.1, LONGEST_PAUSE_S)


def test_alone_it_is_tried_sooner() -> None:
    """Nobody else could be asked in the meantime."""
    trust = _ejected()
    trust.trial_failed(0, away=False)
    assert trust.trial_due(0.3, longest_s=0.3)
    assert not trust.trial_due(0.3, LONGEST_PAUSE_S)


def test_a_trial_gives_trust_but_keeps_the_pause() -> None:
    """Only a real segment makes the next pause short again."""
    trust = _ejected()
    trust.trial_failed(0, away=False)
    trust.trial_passed()
    assert trust.given
    for _ in range(FAILURES):
        trust.failed(10)
    assert not trust.trial_due(10 + FIRST_PAUSE_S, LONGEST_PAUSE_S)
    trust.trial_passed()
    trust.succeeded()
    for _ in range(FAILURES):
        trust.failed(20)
    assert trust.trial_due(20 + FIRST_PAUSE_S, LONGEST_PAUSE_S)
