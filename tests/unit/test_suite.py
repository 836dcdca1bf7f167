"""`make test` leaves out repetitions, and else only what needs large installations; its workers keep apart."""

from itertools import pairwise

from tests.support.ports import FIRST, LAST, ports_of_worker


def test_every_test_has_a_case_in_make_test(cases: dict[str, list[bool]]) -> None:
    """No test function that was collected, as in `make test` all are, has only cases that are marked `full`."""
    assert [] == [function for function, in_make_test in cases.items() if not any(in_make_test)]


def test_workers_share_no_port() -> None:
    """Each worker takes its ports from a range of its own."""
    shares = [ports_of_worker(worker, 4) for worker in range(4)]
    assert FIRST <= shares[0].start
    assert all(one.stop <= other.start for one, other in pairwise(shares))
    assert shares[-1].stop <= LAST
    assert all(len(share) >= 1000 for share in shares)
