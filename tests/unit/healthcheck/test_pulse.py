import threading

from healthcheck import pulse


def test_a_watch_that_stands_still_ends_the_process() -> None:
    """A thread sees that the last round is too long ago, and ends it, so that it is started again."""
    ages = iter([1.0, 2.0, pulse.EXIT_S])
    ended = threading.Event()
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    pulse.watch(lambda: next(ages), end, every_s=0.001)
    assert ended.wait(5)
    assert [pulse.EXIT_CODE] == codes
