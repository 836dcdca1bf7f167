"""When a second server is asked, and how often."""

from api.engine.hedge import BURST, ENOUGH_SAMPLES, FACTOR, SHARE, Hedge


def test_waits_for_much_longer_than_is_usual() -> None:
    """Three times the 95th percentile for as much work; before enough is known, the least."""
    hedge = Hedge(least_s=0.5)
    assert hedge.delay_s(100) == 0.5
    for _ in range(ENOUGH_SAMPLES):
        hedge.finished(elapsed=2.0, work=20)
    assert abs(hedge.delay_s(40) - FACTOR * 4) < 1e-9
    assert hedge.delay_s(0.1) == 0.5


def test_a_few_per_cent_at_most() -> None:
    """After a burst, only as many as the segments that finished have earned."""
    hedge = Hedge()
    spent = sum(hedge.spend() for _ in range(100))
    assert BURST == spent
    segments = 1000
    for _ in range(segments):
        hedge.finished(1, 1)
        spent += hedge.spend()
    assert spent <= BURST + SHARE * segments
