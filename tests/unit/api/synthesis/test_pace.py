"""When the sounds of a stream are due, as its player sees it."""

import pytest

from api.synthesis.pace import FIRST_SOUND_S, USUAL_S, Part, Playback, Whole


def playback(began: float = 100.0) -> Playback:
    return Playback(began, timeout_s=20.0)


def test_a_first_sound() -> None:
    """It is due a while after the call came."""
    pace = playback()
    assert (False, 100.0 + FIRST_SOUND_S) == (pace.started, pace.due(103.0))


def test_the_next_sound_is_due_when_the_player_has_nothing_left() -> None:
    """The player begins with the first sound that it gets, whenever that is."""
    pace = playback()
    pace.made(10.0, 2.0)
    pace.taken(2.0, 104.0)
    assert (True, 106.0) == (pace.started, pace.due(105.0))
    pace.made(10.0, 3.0)
    pace.taken(3.0, 105.0)
    assert 109.0 == pace.due(105.5)


def test_a_player_that_had_to_wait_goes_on_later() -> None:
    """What comes too late moves all that follows."""
    pace = playback()
    for at in (104.0, 110.0):
        pace.made(10.0, 2.0)
        pace.taken(2.0, at)
    assert 112.0 == pace.due(110.0)


def test_a_reader_that_pauses_waits_for_nobody() -> None:
    """While sound is there that the reader does not take, the next is due only after that has been played."""
    pace = playback()
    pace.made(10.0, 2.0)
    pace.taken(2.0, 104.0)
    pace.made(10.0, 3.0)
    assert [109.0, 203.0] == [pace.due(now) for now in (105.0, 200.0)]
    assert not pace.is_urgent(200.0, 0.0)


@pytest.mark.parametrize(("now", "urgent"), [(104.0, False), (104.5, True)])
def test_a_player_with_little_left(now: float, urgent: bool) -> None:  # noqa: FBT001 - a case
    """A stream is urgent shortly before its player runs dry."""
    pace = playback()
    pace.made(10.0, 2.0)
    pace.taken(2.0, 104.0)
    assert urgent is pace.is_urgent(now, alone_s=1000.0)


def test_what_is_due_when() -> None:
    """Each sound when those before it have been played; far ahead several are one part, due with its last."""
    parts = [*playback(0.0).parts([10.0] * 7, now=0.0)]
    assert [10.0, 10.0, 20.0, 30.0] == [part.work for part in parts]
    assert [0.0, 10.0, 30.0, 60.0] == pytest.approx([(part.due - FIRST_SOUND_S) / USUAL_S for part in parts])


def test_a_text_s_own_pace_is_learnt() -> None:
    """What was made tells how long the rest will last."""
    pace = playback(0.0)
    pace.made(10.0, 4.0)
    pace.taken(4.0, 5.0)
    assert [Part(10.0, 9.0), Part(20.0, 13.0)] == [*pace.parts([10.0, 20.0], now=5.0)]


def test_a_whole_answer() -> None:
    """All of it is due at its deadline."""
    pace = Whole(50.0, 40.0)
    assert (50.0, 50.0) == (pace.due(1.0), pace.give_up(1.0))
    assert [Part(30.0, 50.0)] == [*pace.parts([10.0, 20.0], now=1.0)]
    assert 10.0 == pace.most_s(30.0, spare=0.5)


def test_a_player_that_waits_for_the_writer() -> None:
    """What is written then is due as a first sound is; one that has something left to play does not wait."""
    pace = playback(began=50.0)
    pace.resume(100.0)
    assert 100.0 + FIRST_SOUND_S == pace.due(100.0)
    pace.made(10.0, 2.0)
    pace.taken(2.0, 104.0)
    pace.resume(105.0)
    assert 106.0 == pace.due(105.0)
    pace.resume(107.0)
    assert 107.0 + FIRST_SOUND_S == pace.due(107.0)
