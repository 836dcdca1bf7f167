import pytest

from healthcheck.progress import Counters, Progress, Verdict

STALL_S = 8.0

# For each look, two seconds apart: answered, broken, waiting, whether a probe is on its way; and what follows.
TABLE = {
    "idle": [(5, 0, 0, False, "IDLE"), (5, 0, 0, False, "IDLE")],
    "busy": [(5, 0, 3, False, "ASKED"), (6, 0, 90, False, "MOVING"), (7, 0, 90, False, "MOVING")],
    "a long queue that moves slowly": [
        (5, 0, 500, False, "ASKED"),
        *[(5 + n // 3, 0, 500, False, "MOVING" if n % 3 == 0 else "ASKED") for n in range(1, 30)],
    ],
    "a queue that does not move": [(5, 0, 9, False, "ASKED")] * 4 + [(5, 0, 9, False, "HUNG")],
    "a probe that is not answered": [(5, 0, 0, True, "ASKED")] * 4 + [(5, 0, 0, True, "HUNG")],
    "a probe that is answered late": [(5, 0, 0, True, "ASKED")] * 3 + [(6, 0, 0, False, "MOVING")],
    "a dead process among several": [
        (5, 0, 2, False, "ASKED"),
        (9, 3, 2, False, "SUSPECT"),
        (12, 3, 2, False, "MOVING"),
    ],
    "started again": [(5, 2, 9, False, "ASKED")] * 4 + [(0, 0, 9, False, "ASKED")] * 4,
}


@pytest.mark.parametrize("looks", TABLE.values(), ids=TABLE)
def test_what_is_answered_tells_busy_from_dead(looks: list[tuple[int, int, int, bool, str]]) -> None:
    """However long a queue is, it is alive while it moves; however short, it hangs when it does not for long."""
    progress = Progress(STALL_S)
    seen = [
        progress.look(Counters(answered, broken, waiting), 2.0 * number, probing=probing)
        for number, (answered, broken, waiting, probing, _) in enumerate(looks)
    ]
    assert [Verdict[expected] for *_, expected in looks] == seen


def test_the_time_of_a_probe_counts_from_its_beginning() -> None:
    """Not from the look that first meets it on its way."""
    progress = Progress(STALL_S)
    progress.look(Counters(), 0, probing=False)
    progress.ask(1.0)
    assert Verdict.ASKED is progress.look(Counters(), 8.5, probing=True)
    assert Verdict.HUNG is progress.look(Counters(), 9.0, probing=True)
