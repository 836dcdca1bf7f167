"""The rate of work is what was done while there was more to do."""

import pytest

from api.synthesis.work import FIRST_GUESS, WorkRate, work_of
from tests.support.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def run(rate: WorkRate, clock: Clock, seconds: float, per_second: float, *, backlog: bool = True) -> None:
    """Ten segments finish every second."""
    for _ in range(round(seconds * 10)):
        rate.note(backlog=backlog)
        began = rate.mark()
        clock.now += 0.1
        rate.finish(per_second / 10, began)


def test_work_of_a_segment() -> None:
    """Twice as fast is half the work, and a segment costs something besides its characters."""
    assert work_of("好" * 40, 1.0) == 2 * work_of("好" * 40, 2.0)
    assert work_of("好" * 40, 1.0) < 2 * work_of("好" * 20, 1.0)


@pytest.mark.parametrize(
    ("text", "kokoro_s", "baker_s"),
    [
        ("今天天气很好，我们一起去公园散步，看看花，也听听鸟叫。", 5.2, 5.3),
        ("The weather is nice today, and we are walking in the park together.", 3.4, 6.2),
        ("Machine learning is an important part of artificial intelligence.", 3.9, 6.3),
        ("2026年11月29日，一共花了12345.67元。", 5.1, 5.0),
        ("我用Python写了一个API，然后push到了GitHub上。", 3.7, 4.2),
        ("NASA和WHO都在USA设有办公室。", 3.3, 2.9),
    ],
)
def test_work_is_about_a_duration(text: str, kokoro_s: float, baker_s: float) -> None:
    """Whatever the writing: by these measured durations no text is far from what a Chinese one takes of it."""
    for seconds in (kokoro_s, baker_s):
        assert 0.1 < seconds / work_of(text, 1.0) < 0.24


def test_before_anything_was_measured(clock: Clock) -> None:
    """A careful guess stands in, and no best is known."""
    rate = WorkRate(clock)
    assert (FIRST_GUESS, None) == (rate.per_second, rate.best)


def test_what_one_segment_got_is_a_guess(clock: Clock) -> None:
    """It stands in until there is a backlog to measure, unless it is less than the careful one."""
    rate = WorkRate(clock)
    rate.suppose(FIRST_GUESS / 2)
    assert FIRST_GUESS == rate.per_second
    rate.suppose(300)
    assert (300, False, None) == (rate.per_second, rate.measured, rate.best)
    run(rate, clock, 3, 200)
    rate.suppose(300)
    assert 200 == pytest.approx(rate.per_second, rel=0.1)


def test_a_busy_spell_is_measured(clock: Clock) -> None:
    """What is done a second under a backlog is the rate, after a few seconds."""
    rate = WorkRate(clock)
    rate.note(backlog=True)
    run(rate, clock, 3, 200)
    assert 200 == pytest.approx(rate.per_second, rel=0.1)


def test_the_best_is_of_more_than_a_moment(clock: Clock) -> None:
    """By it texts are refused for good: what a machine does in a slow half a minute does not count."""
    rate = WorkRate(clock)
    rate.note(backlog=True)
    run(rate, clock, 30, 5)
    assert rate.best is None
    run(rate, clock, 200, 100)
    run(rate, clock, 30, 5)
    assert 100 == pytest.approx(rate.best, rel=0.1)


def test_the_best_is_forgotten(clock: Clock) -> None:
    """What an engine did that may not be there any more says nothing after half an hour."""
    rate = WorkRate(clock)
    rate.note(backlog=True)
    run(rate, clock, 100, 100)
    run(rate, clock, 1700, 20)
    assert 100 == pytest.approx(rate.best, rel=0.1)
    run(rate, clock, 400, 20)
    assert 20 == pytest.approx(rate.best, rel=0.1)
    clock.now += 1801
    assert rate.best is None


def test_waiting_for_a_first_answer_is_no_rate(clock: Clock) -> None:
    """While nothing has been finished for seconds there is still a guess, or the rate of before, and never none."""
    rate = WorkRate(clock)
    rate.note(backlog=True)
    run(rate, clock, 5, 0)
    assert FIRST_GUESS == rate.per_second
    run(rate, clock, 5, 100)
    assert 10 < rate.per_second <= 100


def test_segments_that_end_together(clock: Clock) -> None:
    """A batch every five seconds is a rate of its work in five seconds, or somewhat less."""
    rate = WorkRate(clock)
    rate.note(backlog=True)
    for _ in range(40):
        began = rate.mark()
        clock.now += 5
        for _ in range(20):
            rate.finish(50, began)
    assert 0.6 * 200 < rate.per_second <= 200


@pytest.mark.parametrize("waits", [0.05, 0.5, 0.9])
def test_a_backlog_that_comes_and_goes(clock: Clock, waits: float) -> None:
    """Where the next segment comes before the last one has ended, but late, the rate is still the engines'."""
    rate = WorkRate(clock)
    for _ in range(400):
        began = rate.mark()
        clock.now += 0.25 * (1 - waits)
        rate.note(backlog=True)
        clock.now += 0.25 * waits
        rate.finish(50, began)
        clock.now += 0.001  # the next one has gone to the engines, but that is not said yet
        rate.note(backlog=False)
    assert 200 == pytest.approx(rate.per_second, rel=0.15)


def test_an_interruption_is_not_measured(clock: Clock) -> None:
    """The time during which the engines were away does not lower the rate."""
    rate = WorkRate(clock)
    rate.note(backlog=True)
    run(rate, clock, 5, 200)
    clock.now += 20
    rate.interrupt()
    rate.note(backlog=True)
    run(rate, clock, 5, 200)
    assert 200 == pytest.approx(rate.per_second, rel=0.1)


def test_an_idle_time_says_nothing(clock: Clock) -> None:
    """What is done while the engines could do more does not lower the rate."""
    rate = WorkRate(clock)
    rate.note(backlog=True)
    run(rate, clock, 3, 200)
    before = rate.per_second
    run(rate, clock, 60, 10, backlog=False)
    assert before == pytest.approx(rate.per_second, rel=0.05)


def test_a_slower_machine_is_noticed(clock: Clock) -> None:
    """Within half a minute the rate follows; the best is kept."""
    rate = WorkRate(clock)
    rate.note(backlog=True)
    run(rate, clock, 60, 200)
    run(rate, clock, 30, 100)
    assert 100 == pytest.approx(rate.per_second, rel=0.1)
    assert 200 == pytest.approx(rate.best, rel=0.1)


def test_a_rate_is_proven_by_lasting(clock: Clock) -> None:
    """Busy seconds prove it, idle ones take that back."""
    rate = WorkRate(clock)
    rate.note(backlog=True)
    run(rate, clock, 10, 200)
    assert 10 == pytest.approx(rate.proven_s, abs=0.2)
    run(rate, clock, 4, 10, backlog=False)
    assert 6 == pytest.approx(rate.proven_s, abs=0.3)
